"""Key-values in blocks of a few tokens, so that sequences that begin alike share what they begin with.

Paged attention: Kwon et al., SOSP 2023.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Array = np.ndarray[Any, Any]


class Block:
    """One block of the pool. It is free again when nobody holds it any more."""

    __slots__ = ("_free", "number")

    def __init__(self, number: int, free: deque[int]) -> None:
        self.number = number
        self._free = free

    def __del__(self) -> None:
        self._free.append(self.number)


class Pool:
    """Blocks of one size in arrays that grow; ``arrays`` has one for each input of the graph that holds key-values.

    Memory that was never written is not taken from the machine. Not thread-safe but for blocks that become free.
    """

    def __init__(self, shapes: Mapping[str, tuple[tuple[int, ...], str]], *, tokens: int, first: int) -> None:
        self.tokens = tokens  # of a block
        self.arrays: dict[str, Array] = {
            name: np.zeros((first, *shape), dtype=kind) for name, (shape, kind) in shapes.items()
        }
        self._size = first
        self._free = deque(range(first))

    @property
    def free(self) -> int:
        return len(self._free)

    def take(self, count: int) -> list[Block]:
        """Blocks that are nobody's; the arrays are others afterwards where they had to grow."""
        while len(self._free) < count:
            self.arrays = {name: np.concatenate([each, np.zeros_like(each)]) for name, each in self.arrays.items()}
            self._free.extend(range(self._size, 2 * self._size))
            self._size *= 2
        return [Block(self._free.popleft(), self._free) for _ in range(count)]

    def copy(self, block: Block) -> Block:
        copied = self.take(1)[0]
        for each in self.arrays.values():
            each[copied.number] = each[block.number]
        return copied
