from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import Score
from steep_plugins.metrics.support import supports, unmeasurable

if TYPE_CHECKING:
    from steep.kinds import Case


class CitationRecall:
    """The share of the gold spans that a citation supports, over answered questions with evidence."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return unmeasurable(case) or _recall(case)


def _recall(case: Case) -> Score:
    answer = case.answer
    found = sum(any(supports(citation, span, answer) for citation in answer.citations) for span in case.gold)
    return Score(value=found / len(case.gold))
