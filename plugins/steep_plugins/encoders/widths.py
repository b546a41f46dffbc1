"""How wide a batch is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_STEP = 16


def padded_width(lengths: Iterable[int]) -> int:
    """The longest length, rounded up: on CPU a kernel is compiled, and kept in memory, for every width it meets."""
    return -(-max(lengths) // _STEP) * _STEP
