from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.values import Score
from steep_plugins.metrics.relevance import newly_covered, unmeasurable

if TYPE_CHECKING:
    from steep.kinds import Case


@dataclass(frozen=True, slots=True)
class ReciprocalRank:
    """1 over the rank of the first passage, among the first k, that covers a gold span; 0 if none does."""

    k: int = 10
    higher_is_better: bool = True

    def score(self, case: Case) -> Score:
        return unmeasurable(case) or Score(value=_reciprocal_rank(newly_covered(case, self.k)))


def _reciprocal_rank(counts: list[int]) -> float:
    return next((1.0 / rank for rank, count in enumerate(counts, start=1) if count), 0.0)
