"""Drops questions that were asked already, in the same or nearly the same words, and questions with two answers."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from steep.kinds import Sifted
from steep.language import words

if TYPE_CHECKING:
    from steep.kinds import FilterRequest
    from steep.values import Pair

SAME = "asked already"
NEAR = "nearly asked already"
AMBIGUOUS = "answered differently elsewhere"


class Duplicates:
    """The first of alike pairs stays; ``similar`` is the Jaccard similarity of their words from which two are alike.

    Two questions are alike only when their answers are too, else "How long is M3?" would drop "How long is M4?".
    The same question with different answers is ambiguous, and none of its pairs stays. Candidates are found by their
    rarest words (prefix filtering), so not every pair is compared with every other.
    """

    costly = False

    def __init__(self, similar: float) -> None:
        self._similar = similar
        self._seen: list[tuple[frozenset[str], str, bool]] = []
        self._holding: dict[str, list[int]] = defaultdict(list)
        self._exact: set[tuple[str, ...]] = set()

    def sift(self, request: FilterRequest) -> Sifted:
        pairs = request.pairs
        dropped: Counter[str] = Counter()
        answers: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for pair in pairs:
            if pair.answerable:
                answers[_asked(pair.question)].add(_plain(pair.answer))
        rarity = Counter(stem for pair in pairs for stem in frozenset(_asked(pair.question)))
        kept = []
        for pair in pairs:
            reason = self._reason(pair, answers, rarity)
            if reason:
                dropped[reason] += 1
            else:
                kept.append(pair)
        return Sifted(kept=tuple(kept), dropped=dict(dropped))

    def _reason(self, pair: Pair, answers: dict[tuple[str, ...], set[str]], rarity: Counter[str]) -> str:
        asked = _asked(pair.question)
        if pair.answerable and len(answers[asked]) > 1:
            return AMBIGUOUS
        if asked in self._exact:
            return SAME
        stems = frozenset(asked)
        answer = _plain(pair.answer)
        prefix = sorted(stems, key=lambda stem: (rarity[stem], stem))
        prefix = prefix[: len(stems) - math.ceil(self._similar * len(stems)) + 1]
        candidates = sorted({number for stem in prefix for number in self._holding[stem]})
        if any(self._alike(stems, answer, pair.answerable, *self._seen[number]) for number in candidates):
            return NEAR
        for stem in prefix:
            self._holding[stem].append(len(self._seen))
        self._seen.append((stems, answer, pair.answerable))
        self._exact.add(asked)
        return ""

    def _alike(
        self, stems: frozenset[str], answer: str, answerable: bool, other: frozenset[str], said: str, answered: bool
    ) -> bool:
        if answerable != answered or jaccard(stems, other) < self._similar:
            return False
        return not answerable or answer == said or answer in said or said in answer


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    together = len(left | right)
    return len(left & right) / together if together else 1.0


def _asked(question: str) -> tuple[str, ...]:
    return tuple(word.stem for word in words(question))


def _plain(answer: str) -> str:
    return " ".join(answer.casefold().split()).strip(" .")
