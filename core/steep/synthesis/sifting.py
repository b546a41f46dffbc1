"""Several filters in sequence, with every loss counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from steep.kinds import FilterRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Filter
    from steep.values import Pair


class Sifter:
    """``dropped`` adds up what each of the filters dropped, over all batches."""

    def __init__(self, filters: Sequence[Filter]) -> None:
        self._filters = tuple(filters)
        self.dropped: Counter[str] = Counter()

    def sift(self, pairs: Sequence[Pair]) -> tuple[Pair, ...]:
        kept = tuple(pairs)
        for each in self._filters:
            sifted = each.sift(FilterRequest(pairs=kept))
            self.dropped.update(sifted.dropped)
            kept = sifted.kept
        return kept
