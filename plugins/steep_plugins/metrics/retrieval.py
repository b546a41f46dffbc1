"""Whether the retrieved passages hold the evidence, and how high.

A passage covers a gold span when both stand in the same version of the same document and share at least half of the
span; of a span longer than the passage it need only lie half within it, or evidence of several paragraphs could never
be found. Ground truth is the span, so another splitter does not invalidate it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.values import Score

if TYPE_CHECKING:
    from steep.kinds import Case
    from steep.values import Passage, Span


@dataclass(frozen=True, slots=True)
class Recall:
    """Recall@k: the share of the gold spans that one of the first k passages covers."""

    k: int = 5
    higher_is_better: bool = True

    def score(self, case: Case) -> Score:
        return unmeasurable(case) or Score(value=sum(newly_covered(case, self.k)) / len(case.gold))


@dataclass(frozen=True, slots=True)
class ReciprocalRank:
    """1 over the rank of the first passage, among the first k, that covers a gold span; 0 if none does."""

    k: int = 10
    higher_is_better: bool = True

    def score(self, case: Case) -> Score:
        return unmeasurable(case) or Score(value=_reciprocal_rank(newly_covered(case, self.k)))


@dataclass(frozen=True, slots=True)
class Ndcg:
    """nDCG@k with binary gains (Järvelin and Kekäläinen 2002).

    A passage gains 1 if it covers a gold span that none before it did, so repeated passages gain nothing. The ideal
    order has those passages first, and one more for each span that none covered.
    """

    k: int = 10
    higher_is_better: bool = True

    def score(self, case: Case) -> Score:
        return unmeasurable(case) or Score(value=self._ndcg(case))

    def _ndcg(self, case: Case) -> float:
        counts = newly_covered(case, self.k)
        useful = [rank for rank, count in enumerate(counts, start=1) if count]
        wanted = len(useful) + len(case.gold) - sum(counts)
        return _gain(useful) / _gain(list(range(1, min(wanted, self.k) + 1)))


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
        rest = [span for span in left if not any(covers(each, span) for each in hit.places)]
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


def _reciprocal_rank(counts: list[int]) -> float:
    return next((1.0 / rank for rank, count in enumerate(counts, start=1) if count), 0.0)


def _gain(ranks: list[int]) -> float:
    return sum(1.0 / math.log2(rank + 1) for rank in ranks)
