"""What the decision to answer or to abstain is worth before a word of the answer is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import Score

if TYPE_CHECKING:
    from steep.kinds import Case


def by_decision(case: Case) -> Score | None:
    """1 for abstaining where nothing can be answered, 0 for a wrong decision, None where words must be compared."""
    if not case.question.answerable:
        return Score(value=1.0 if case.answer.abstained else 0.0)
    return Score(value=0.0) if case.answer.abstained else None
