"""Key-values of prompts that were read, kept for the next prompt that begins the same way."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Prefixes(Generic[T]):
    """The prompts last read, by adapter and tokens, up to ``tokens`` in all; thread-safe.

    What is kept must never change: whoever gets it makes a copy before writing.
    """

    def __init__(self, tokens: int) -> None:
        self._room = tokens
        self._kept: OrderedDict[tuple[str, tuple[int, ...]], T] = OrderedDict()
        self._lock = Lock()

    def longest(self, adapter: str, prompt: list[int]) -> tuple[int, T | None]:
        """How many tokens at the beginning of the prompt are known, and the state that holds at least these."""
        with self._lock:
            best, found = 0, None
            for key in self._kept:
                if key[0] == adapter and (same := common(prompt, key[1])) > best:
                    best, found = same, key
            if found is None:
                return 0, None
            self._kept.move_to_end(found)
            return best, self._kept[found]

    def keep(self, adapter: str, prompt: list[int], state: T) -> None:
        """Keep the state after a prompt; those that it holds already go, and then the ones unused for longest."""
        if len(prompt) > self._room:
            return
        with self._lock:
            held = [key for key in self._kept if key[0] == adapter and common(prompt, key[1]) == len(key[1])]
            for key in held:
                del self._kept[key]
            self._kept[adapter, tuple(prompt)] = state
            while sum(len(key[1]) for key in self._kept) > self._room:
                self._kept.popitem(last=False)


def common(one: list[int] | tuple[int, ...], other: list[int] | tuple[int, ...]) -> int:
    """How many tokens two prompts begin with together."""
    longest = min(len(one), len(other))
    return next((at for at in range(longest) if one[at] != other[at]), longest)
