"""What was found in a text is remembered: the same passages, headings and paths leave with one answer after another."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["recalled"]

Found = TypeVar("Found")

_TEXTS = 2048
_LONGEST = 4000  # characters: passages are shorter, and whole documents would fill the memory


def recalled(find: Callable[[str], Found]) -> Callable[[str], Found]:
    """The same, for a function of nothing but its text; the latest short texts are looked at once. Thread-safe."""
    known = lru_cache(maxsize=_TEXTS)(find)
    return lambda text: known(text) if len(text) <= _LONGEST else find(text)
