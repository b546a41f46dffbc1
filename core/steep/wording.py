"""How things are counted and named in what steep says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["by_suffix", "counted", "page_name", "readable", "with_article"]

_PAGES = {
    "sheet": (".xlsx", ".xlsm", ".xltx", ".xltm", ".ods", ".ots", ".fods"),
    "slide": (".pptx", ".pptm", ".potx", ".potm", ".ppsx", ".ppsm", ".odp", ".otp", ".fodp"),
    "cell": (".ipynb",),
    "part": (".epub",),  # of a book, as its file parts it: mostly a chapter
}

_SUFFIXES = 12
"""Suffixes that are named one by one; of a folder that holds everything the rest is counted."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, which takes an s unless it is one of them or ``plural`` is given."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def by_suffix(files: Mapping[str, int]) -> str:
    """How many files there are of each suffix, the most frequent first; the rest of many together."""
    most = sorted(files.items(), key=lambda each: (-each[1], each[0]))
    named = [f"{count} {suffix or 'without suffix'}" for suffix, count in most[:_SUFFIXES]]
    if rest := most[_SUFFIXES:]:
        together = sum(count for _, count in rest)
        named.append(f"{together} of {counted(len(rest), 'other suffix', 'other suffixes')}")
    return ", ".join(named)


def page_name(path: str, number: int) -> str:
    """A page of a document, by what the document's format calls it: `page 3`, `sheet 3`, `slide 3`, `cell 3`."""
    name = next((each for each, suffixes in _PAGES.items() if path.lower().endswith(suffixes)), "page")
    return f"{name} {number}"


def with_article(noun: str) -> str:
    """The noun with its indefinite article, by its first letter: a reader, an index."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def readable(seconds: float) -> str:
    """A stretch of time, as long as one has to know it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
