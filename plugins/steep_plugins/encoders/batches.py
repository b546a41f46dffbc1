"""Groups texts of similar length, so that little is computed for padding."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def by_length(lengths: Sequence[int], *, texts: int, tokens: int) -> Iterator[list[int]]:
    """Positions, longest first, in batches of at most ``texts`` rows and ``tokens`` padded tokens."""
    batch: list[int] = []
    widest = 0
    for position in sorted(range(len(lengths)), key=lambda each: (-lengths[each], each)):
        widest = widest or max(1, lengths[position])
        if batch and (len(batch) == texts or (len(batch) + 1) * widest > tokens):
            yield batch
            batch, widest = [], max(1, lengths[position])
        batch.append(position)
    if batch:
        yield batch
