from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import Score

if TYPE_CHECKING:
    from steep.kinds import Case


class Abstention:
    """1 where an answerable question was answered, rightly or not, or an unanswerable one was declined; else 0."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return Score(value=float(case.question.answerable != case.answer.abstained))
