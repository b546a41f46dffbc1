"""Whether the citations point at the evidence, and at how much of it.

A citation supports a gold span when both stand in the same version of the same document and they overlap, or when
they stand in one sentence: between them, in the retrieved passage that was cited, there is no sentence end and no line
break. Without that second rule, citing the first half of a sentence whose second half a person marked would be wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.values import Score

if TYPE_CHECKING:
    from steep.kinds import Case
    from steep.values import Answer, Citation, Span

_SENTENCE_END = re.compile(r"[.!?。！？][\"'”’)\]]*\s|[。！？]|\n")


class CitationPrecision:
    """The share of the citations that support a gold span, over answered questions with evidence."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return unmeasurable(case) or _precision(case)


class CitationRecall:
    """The share of the gold spans that a citation supports, over answered questions with evidence."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return unmeasurable(case) or _recall(case)


def supports(citation: Citation, span: Span, answer: Answer) -> bool:
    if (citation.document, citation.version) != (span.document, span.version):
        return False
    if min(citation.end, span.end) > max(citation.start, span.start):
        return True
    # one character before the gap is looked at too, where a full stop may end the words that come first
    gap = (min(citation.end, span.end) - 1, max(citation.start, span.start))
    return any(
        hit.passage.version == span.version
        and hit.passage.start <= min(citation.start, span.start)
        and max(citation.end, span.end) <= hit.passage.end
        and not _SENTENCE_END.search(hit.passage.text[gap[0] - hit.passage.start : gap[1] - hit.passage.start])
        for hit in answer.hits
    )


def unmeasurable(case: Case) -> Score | None:
    """Why citations cannot be judged in this case, or None where they can."""
    if case.answer.arm in ("base", "tuned"):
        return Score(value=None, reason=f"the arm {case.answer.arm} has no passages to cite")
    if not case.question.answerable:
        return Score(value=None, reason="the question cannot be answered, so there is nothing to cite")
    if not case.gold:
        return Score(value=None, reason="no evidence was found in the documents for this question")
    if case.answer.abstained:
        return Score(value=None, reason="it abstained")
    return None


def _precision(case: Case) -> Score:
    cited = case.answer.citations
    if not cited:
        return Score(value=None, reason="the answer cites nothing")
    right = sum(any(supports(citation, span, case.answer) for span in case.gold) for citation in cited)
    return Score(value=right / len(cited))


def _recall(case: Case) -> Score:
    answer = case.answer
    found = sum(any(supports(citation, span, answer) for citation in answer.citations) for span in case.gold)
    return Score(value=found / len(case.gold))
