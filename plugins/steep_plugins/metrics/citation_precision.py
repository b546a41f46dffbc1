from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import Score
from steep_plugins.metrics.support import supports, unmeasurable

if TYPE_CHECKING:
    from steep.kinds import Case


class CitationPrecision:
    """The share of the citations that support a gold span, over answered questions with evidence."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return unmeasurable(case) or _precision(case)


def _precision(case: Case) -> Score:
    cited = case.answer.citations
    if not cited:
        return Score(value=None, reason="the answer cites nothing")
    right = sum(any(supports(citation, span, case.answer) for span in case.gold) for citation in cited)
    return Score(value=right / len(cited))
