from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.values import Score
from steep_plugins.metrics.relevance import newly_covered, unmeasurable

if TYPE_CHECKING:
    from steep.kinds import Case


@dataclass(frozen=True, slots=True)
class Recall:
    """Recall@k: the share of the gold spans that one of the first k passages covers."""

    k: int = 5
    higher_is_better: bool = True

    def score(self, case: Case) -> Score:
        return unmeasurable(case) or Score(value=sum(newly_covered(case, self.k)) / len(case.gold))
