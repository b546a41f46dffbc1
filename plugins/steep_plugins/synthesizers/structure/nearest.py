"""The passages whose words are nearest to a question's, by tf-idf over an inverted index."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.clean import content_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Passage


class Nearest:
    """Passages by content words; ties go to the passage that came first."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._norm: list[float] = []
        for number, passage in enumerate(passages):
            words = content_words(passage.indexed_text)
            self._norm.append(math.sqrt(len(words)) or 1.0)
            for word in words:
                self._postings[word].append(number)

    def to(self, text: str, k: int) -> tuple[Passage, ...]:
        scores: dict[int, float] = defaultdict(float)
        for word in sorted(content_words(text)):
            holding = self._postings.get(word, ())
            weight = math.log(1 + len(self._passages) / (1 + len(holding)))
            for number in holding:
                scores[number] += weight
        ranked = sorted(scores, key=lambda number: (-scores[number] / self._norm[number] ** 0.5, number))
        return tuple(self._passages[number] for number in ranked[:k])
