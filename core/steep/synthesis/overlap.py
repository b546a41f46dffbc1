"""Drops questions that only repeat the sentence that answers them.

A question made of its sentence's own words flatters lexical search and teaches a reader to match words.
"""

from __future__ import annotations

import bisect
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from steep.sentences import sentence_spans
from steep.synthesis.sifting import Sifted, scored
from steep.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Document, Pair

REASON = "the question repeats its sentence"


class Documents(Protocol):
    """Documents by id; a Library is one."""

    def document(self, document: str) -> Document: ...


class Overlap:
    """``most`` is the largest allowed share of a question's content words that its sentence holds."""

    def __init__(self, documents: Documents, most: float) -> None:
        self._documents = documents
        self._most = most
        self._sentences = lru_cache(maxsize=64)(self._sentences_of)

    def sift(self, pairs: Sequence[Pair]) -> Sifted:
        measured = [scored(pair, "overlap", self.of(pair)) if pair.answerable else pair for pair in pairs]
        kept = tuple(pair for pair in measured if pair.scores.get("overlap", 0.0) <= self._most)
        dropped = len(measured) - len(kept)
        return Sifted(kept=kept, dropped={REASON: dropped} if dropped else {})

    def of(self, pair: Pair) -> float:
        """The share, 0 to 1; where an answer has several spans, that of the sentence nearest to the question."""
        asked = content_stems(pair.question)
        if not asked:
            return 0.0
        shares = (len(asked & content_stems(self._around(*place))) / len(asked) for place in _places(pair))
        return max(shares, default=0.0)

    def _around(self, document: str, start: int, end: int) -> str:
        """The sentences in which a span stands."""
        text, spans = self._sentences(document)
        first = max(0, bisect.bisect_right(spans, (start, len(text))) - 1)
        touched = [span for span in spans[first:] if span[0] < end and span[1] > start]
        return text[touched[0][0] : touched[-1][1]] if touched else text[start:end]

    def _sentences_of(self, document: str) -> tuple[str, list[tuple[int, int]]]:
        text = self._documents.document(document).text
        return text, sentence_spans(text)


def _places(pair: Pair) -> list[tuple[str, int, int]]:
    return [(span.document, span.start, span.end) for span in pair.spans]
