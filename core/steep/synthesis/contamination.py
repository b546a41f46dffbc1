"""Keeps what the project is measured with out of what it is tuned on.

Nothing that a held-out question asks, in its words or with its evidence, may be learned from a pair.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from steep.kinds import Sifted
from steep.language import content_stems, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from steep.kinds import FilterRequest
    from steep.values import Pair, Question, Span

WORDS = "asks what a held-out question asks"
EVIDENCE = "rests on a held-out question's evidence"
DOCUMENT = "from a held-out document"

_GRAM = 8  # words in a row that no two people write by chance
_SIMILAR = 0.7


class Contamination:
    """A filter that no steep.toml can leave out.

    ``gold`` are the spans that answer the held-out questions; ``documents`` are ids to leave out altogether.
    """

    costly = False

    def __init__(self, questions: Sequence[Question], gold: Iterable[Span] = (), documents: Iterable[str] = ()) -> None:
        self._grams = {gram for question in questions for gram in _grams(question.question)}
        self._stems = [content_stems(question.question) for question in questions]
        self._spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for span in gold:
            self._spans[span.document].append((span.start, span.end))
        self._documents = frozenset(documents)

    def sift(self, request: FilterRequest) -> Sifted:
        dropped: Counter[str] = Counter()
        kept = []
        for pair in request.pairs:
            reason = self._reason(pair)
            if reason:
                dropped[reason] += 1
            else:
                kept.append(pair)
        return Sifted(kept=tuple(kept), dropped=dict(dropped))

    def _reason(self, pair: Pair) -> str:
        if any(span.document in self._documents for span in pair.spans):
            return DOCUMENT
        if any(self._is_evidence(span) for span in pair.spans):
            return EVIDENCE
        if any(gram in self._grams for gram in _grams(pair.question)):
            return WORDS
        stems = content_stems(pair.question)
        alike = any(stems and _similarity(stems, other) >= _SIMILAR for other in self._stems)
        return WORDS if alike else ""

    def _is_evidence(self, span: Span) -> bool:
        return any(start < span.end and span.start < end for start, end in self._spans.get(span.document, ()))


def _grams(text: str) -> list[tuple[str, ...]]:
    """Every run of eight words; a shorter text is one run of its own."""
    stems = [word.stem for word in words(text)]
    if len(stems) <= _GRAM:
        return [tuple(stems)] if stems else []
    return [tuple(stems[start : start + _GRAM]) for start in range(len(stems) - _GRAM + 1)]


def _similarity(left: frozenset[str], right: frozenset[str]) -> float:
    """Jaccard's."""
    return len(left & right) / len(left | right)
