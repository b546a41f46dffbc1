"""How wide a batch is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_STEP = 16


def padded_width(lengths: Iterable[int]) -> int:
    """The longest length, rounded up: on CPU a kernel is compiled, and kept in memory, for every width it meets."""
    return -(-max(lengths) // _STEP) * _STEP


def alike(lengths: Sequence[int], most: int | None = None) -> Iterator[slice]:
    """Texts in order of length, cut into batches of ``most`` and less whose padding makes none an eighth longer."""
    begin = 0
    for at, length in enumerate(lengths):
        if at - begin == most or 8 * length > 9 * lengths[begin]:
            yield slice(begin, at)
            begin = at
    if lengths:
        yield slice(begin, len(lengths))
