"""Likeness of the answer's words to the gold answers', after the decision to answer or to abstain was scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.measuring.scoring import best_of
from steep.values import Score
from steep_plugins.metrics.decisions import by_decision

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.kinds import Case


@dataclass(frozen=True, slots=True)
class Likeness:
    """One of the scores of `steep.measuring.scoring` with the best gold answer.

    An unanswerable question counts 1 if it was declined.
    """

    measure: Callable[[str, str], float]
    higher_is_better: bool = True

    def score(self, case: Case) -> Score:
        return by_decision(case) or Score(value=best_of(self.measure, case.answer.text, case.question.answers))
