"""Lists in a passage: bulleted and numbered ones, as Markdown writes them and as readers of HTML and Word give them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from steep.language import sentence_spans

_LINE = re.compile(r"[^\n]*(?:\n|$)")
_MARKED = re.compile(r"(?P<indent>[ \t]*)(?P<marker>[-*+•]|\d{1,3}[.)])[ \t]+(?=\S)")
_OTHER = re.compile(r"[ \t]*(?:#{1,6}[ \t]|[|>]|```|~~~)")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Item:
    """``start`` to ``end`` is what it says; ``line`` is where its marker stands."""

    marker: str
    line: int
    start: int
    end: int

    @property
    def shown(self) -> str:
        """Its own number, or a dash."""
        return self.marker if self.marker[0].isdigit() else "-"


@dataclass(frozen=True, slots=True)
class Listing:
    """Items of one level; what stands below an item is part of it. ``intro`` is the sentence right above, if any."""

    items: tuple[Item, ...]
    intro: Range | None

    @property
    def numbered(self) -> bool:
        return self.items[0].marker[0].isdigit()

    def holds(self, start: int, end: int) -> bool:
        return any(item.line <= start and end <= item.end for item in self.items)


@lru_cache(maxsize=256)
def listings(text: str) -> tuple[Listing, ...]:
    """The lists of two items or more, in order."""
    found: list[Listing] = []
    items: list[Item] = []
    level = before = 0
    blank = False

    def close() -> None:
        if len(items) > 1:
            found.append(Listing(tuple(items), _intro(text, before)))
        items.clear()

    for line in _LINE.finditer(text):
        start, end = line.start(), line.start() + len(line.group().rstrip())
        if start == end:
            blank = True
            continue
        marked = _MARKED.match(text, start, end)
        indent = len(line.group()) - len(line.group().lstrip(" \t"))
        if marked and items and indent > level:
            items[-1] = replace(items[-1], end=end)
        elif marked:
            if items and (_style(items[-1].marker) != _style(marked["marker"]) or indent < level):
                close()
            if not items:
                level, before = indent, start
            items.append(Item(marked["marker"], marked.start("marker"), marked.end(), end))
        elif items and not _OTHER.match(line.group()) and (not blank or indent > level):
            items[-1] = replace(items[-1], end=end)
        else:
            close()
        blank = False
    close()
    return tuple(found)


def _style(marker: str) -> str:
    return marker[-1] if marker[0].isdigit() else marker


def _intro(text: str, before: int) -> Range | None:
    """The last sentence of the paragraph above a list, if it leads into it with a colon or a comma."""
    above = [span for span in sentence_spans(text[:before]) if span[0] < before]
    if not above or text[: above[-1][1]].rstrip()[-1:] not in (":", ","):
        return None
    return above[-1]
