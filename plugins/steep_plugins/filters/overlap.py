"""Drops questions that only repeat the sentence that answers them.

A question made of its sentence's own words flatters lexical search and teaches a reader to match words. But nobody can
call a name, a number or an option something else, and a short question has no room for other words: "What is Trello?"
repeats nothing. So only the other words are counted, and only where there are several of them.
"""

from __future__ import annotations

import bisect
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from steep.kinds import Sifted
from steep.language import content_stems, sentence_spans

if TYPE_CHECKING:
    from steep.kinds import FilterRequest
    from steep.values import Document, Pair

REASON = "the question repeats its sentence"

_FEW = 4  # with fewer words that could be said otherwise, a question repeats nothing
_NAMED = re.compile(r"[\d_.@#]|^--?\w|.[A-Z]")


class Documents(Protocol):
    """Documents by id; a Library is one."""

    def document(self, document: str) -> Document: ...


class Overlap:
    """``most`` is the largest allowed share of a question's words that its sentence holds, names left out."""

    costly = False

    def __init__(self, documents: Documents, most: float) -> None:
        self._documents = documents
        self._most = most
        self._sentences = lru_cache(maxsize=64)(self._sentences_of)

    def sift(self, request: FilterRequest) -> Sifted:
        pairs = request.pairs
        measured = [pair.scored("overlap", self.of(pair)) if pair.answerable else pair for pair in pairs]
        kept = tuple(pair for pair in measured if pair.scores.get("overlap", 0.0) <= self._most)
        dropped = len(measured) - len(kept)
        return Sifted(kept=kept, dropped={REASON: dropped} if dropped else {})

    def of(self, pair: Pair) -> float:
        """The share, 0 to 1; where an answer has several spans, that of the sentence nearest to the question.

        0 where the question holds fewer than four words that could be said otherwise.
        """
        asked = _replaceable(pair.question)
        if len(asked) < _FEW:
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


def _replaceable(question: str) -> frozenset[str]:
    """The stems of a question's content words without its names: words with a capital within it, codes and numbers."""
    words = question.split()
    plain = [
        word
        for number, word in enumerate(words)
        if not _NAMED.search(word.strip("?,.\"'()")) and not (number and word[:1].isupper())
    ]
    return content_stems(" ".join(plain))


def _places(pair: Pair) -> list[tuple[str, int, int]]:
    return [(span.document, span.start, span.end) for span in pair.spans]
