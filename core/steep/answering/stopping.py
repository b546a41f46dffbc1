"""Stop texts: what is said ends before the first of them, whoever says it."""

from __future__ import annotations

from collections.abc import Generator as Generated
from dataclasses import replace
from typing import TYPE_CHECKING

from steep.kinds import Aside, Said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Saying

__all__ = ["Stop", "before_stop", "stopped"]


class Stop:
    """A text that is passed on piece by piece, up to the first of ``stops``.

    ``met`` turns true there, and nothing from there on is passed on. An end that may still become a stop is held back.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""
        self.met = False

    def add(self, text: str) -> str:
        """What is certain with this much more."""
        text = self._held + text
        self._held = ""
        if self.met:
            return ""
        found = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if found:
            self.met = True
            return text[: min(found)]
        kept = max((_overlap(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - kept :]
        return text[: len(text) - kept]

    def end(self) -> str:
        """What was held back, where no more comes."""
        held, self._held = self._held, ""
        return held


def before_stop(text: str, stops: Sequence[str]) -> str:
    """What of a whole text is passed on."""
    stop = Stop(stops)
    return stop.add(text) + stop.end()


def stopped(sayings: Iterator[Saying], stops: Sequence[str]) -> Iterator[Saying]:
    """What is said before a stop text; the generator's work ends there, if it did not end by itself."""
    stop = Stop(stops)
    held: Said | Aside | None = None
    try:
        for each in sayings:
            if not isinstance(each, Said | Aside):
                yield each
                continue
            held = each
            if text := stop.add(each.text):
                yield replace(each, text=text)
            if stop.met:
                return
        if held is not None and (text := stop.end()):
            yield replace(held, text=text)
    finally:
        if isinstance(sayings, Generated):
            sayings.close()


def _overlap(text: str, stop: str) -> int:
    """How much of the text's end is the beginning of a stop."""
    longest = min(len(text), len(stop) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(stop[:size])), 0)
