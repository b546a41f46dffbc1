"""What a filter is, and how several are applied in sequence with every loss counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.values import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """``dropped`` counts by reason, in words that a user reads."""

    kept: tuple[Pair, ...]
    dropped: Mapping[str, int] = field(default_factory=dict)


class Filter(Protocol):
    """Keeps the pairs that are fit to be learned from, and notes in their scores why."""

    def sift(self, pairs: Sequence[Pair]) -> Sifted: ...


class Sifter:
    """Filters in sequence; ``dropped`` adds up what each of them dropped, over all batches."""

    def __init__(self, filters: Sequence[Filter]) -> None:
        self._filters = tuple(filters)
        self.dropped: Counter[str] = Counter()

    def sift(self, pairs: Sequence[Pair]) -> tuple[Pair, ...]:
        kept = tuple(pairs)
        for each in self._filters:
            sifted = each.sift(kept)
            self.dropped.update(sifted.dropped)
            kept = sifted.kept
        return kept


def scored(pair: Pair, name: str, value: float) -> Pair:
    """The pair with one more score; ids do not depend on scores."""
    return replace(pair, scores={**pair.scores, name: round(value, 4)})
