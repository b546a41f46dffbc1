"""Tokens become text while they are written: only what cannot change any more is said.

A letter of several bytes may need several tokens, a word piece may gain a space from what stands before it, and a stop
text may begin in one token and end in the next. So the newest tokens are read together with those before them, and an
end that may still become something else is kept back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_UNFINISHED = "\ufffd"  # what a decoder shows for bytes that are no whole letter
_LONGEST = 16  # tokens kept back for a letter; more of them will not become one


class Speech:
    """The text of one reply. ``stopped`` turns true when a stop text was written; nothing from there on is said."""

    def __init__(self, read: Callable[[Sequence[int]], str], stops: Sequence[str] = ()) -> None:
        self._read = read
        self._stops = tuple(stop for stop in stops if stop)
        self._tokens: list[int] = []
        self._before = 0  # tokens from here on are read as what stands before the new ones
        self._said = 0  # tokens before here are in the text
        self._kept_back = ""
        self.stopped = False

    def add(self, token: int) -> str:
        """The text that one more token makes certain; often a word, sometimes nothing."""
        self._tokens.append(token)
        fresh = self._fresh()
        if fresh.endswith(_UNFINISHED) and len(self._tokens) - self._said < _LONGEST:
            return ""
        if fresh:  # a token without text of its own changes how the next is read: keep it with them
            self._before, self._said = self._said, len(self._tokens)
        return self._released(fresh, last=False)

    def end(self) -> str:
        """The text that was kept back."""
        fresh, self._said = self._fresh(), len(self._tokens)
        return self._released(fresh, last=True)

    def _fresh(self) -> str:
        known = self._read(self._tokens[self._before : self._said])
        return self._read(self._tokens[self._before :])[len(known) :]

    def _released(self, fresh: str, *, last: bool) -> str:
        text = self._kept_back + fresh
        if self.stopped:
            return ""
        found = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if found:
            self.stopped, self._kept_back = True, ""
            return text[: min(found)]
        kept = 0 if last else max((_overlap(text, stop) for stop in self._stops), default=0)
        cut = len(text) - kept
        self._kept_back = text[cut:]
        return text[:cut]


def _overlap(text: str, stop: str) -> int:
    """How much of the text's end is the beginning of a stop text."""
    longest = min(len(text), len(stop) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(stop[:size])), 0)
