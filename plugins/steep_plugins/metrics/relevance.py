"""Which retrieved passages hold the evidence.

A passage covers a gold span when both stand in the same version of the same document and share at least half of the
span; of a span longer than the passage it need only lie half within it, or evidence of several paragraphs could never
be found. Ground truth is the span, so another splitter does not invalidate it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import Score

if TYPE_CHECKING:
    from steep.kinds import Case
    from steep.values import Passage, Span


def covers(passage: Passage, span: Span) -> bool:
    if (passage.document, passage.version) != (span.document, span.version):
        return False
    shared = min(passage.end, span.end) - max(passage.start, span.start)
    return shared > 0 and 2 * shared >= min(span.end - span.start, passage.end - passage.start)


def newly_covered(case: Case, k: int) -> list[int]:
    """For each of the first k passages, how many gold spans it covers that none before it did."""
    left = list(case.gold)
    counts = []
    for hit in sorted(case.answer.hits, key=lambda hit: hit.rank)[:k]:
        rest = [span for span in left if not covers(hit.passage, span)]
        counts.append(len(left) - len(rest))
        left = rest
    return counts


def unmeasurable(case: Case) -> Score | None:
    """Why retrieval cannot be judged in this case, or None where it can."""
    if case.answer.arm in ("base", "tuned"):
        return Score(value=None, reason=f"the arm {case.answer.arm} answers without retrieving")
    if not case.question.answerable:
        return Score(value=None, reason="the question cannot be answered, so there is nothing to find")
    if not case.gold:
        return Score(value=None, reason="no evidence was found in the documents for this question")
    if any(verdict.stage == "input" and verdict.action in ("refuse", "escalate") for verdict in case.answer.verdicts):
        return Score(value=None, reason="a guardrail stopped the question before retrieval")
    return None
