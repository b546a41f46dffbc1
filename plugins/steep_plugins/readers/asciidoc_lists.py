"""Which level an item of AsciiDoc stands on, and what its marker becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_ITEM = re.compile(
    r"[ \t]*(?P<mark>\*{1,8}|-|\.{1,8}|\d{1,9}\.|[a-zA-Z]\.|[ivxIVX]{1,6}\)|<(?:\d{1,3}|\.)>)[ \t]+(?P<words>\S.*)$"
)
_LABEL = re.compile(r"[ \t]*(?P<term>\S(?:[^\n]{0,300}?\S)?)(?P<mark>:{2,4}|;;)(?:[ \t]+(?P<words>\S.*))?$")
_BULLETS = ("*", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line that begins an item: its level from 1, its marker as it is shown, and its words so far."""

    level: int
    marker: str
    words: str


@dataclass(slots=True)
class Lists:
    """The lists that are open, the outermost first: an item whose sort is open goes on with it, another nests."""

    _open: list[tuple[str, int]] = field(default_factory=list)

    @property
    def level(self) -> int:
        return len(self._open)

    def close(self) -> None:
        self._open.clear()

    def item(self, line: str) -> Listed | None:
        """The item that a line begins, or None."""
        found = _ITEM.match(line)
        if found is not None:
            mark = found["mark"]
            number = self._entered(_sort(mark))
            marker = "-" if mark[0] in _BULLETS else mark if mark[0].isalpha() else f"{number}."
            return Listed(level=self.level, marker=marker, words=found["words"])
        label = _LABEL.match(line)
        if label is None or "::" in label["term"] or label["term"].startswith(("image:", "include:", "//")):
            return None
        self._entered(label["mark"])
        term, words = label["term"], label["words"] or ""
        return Listed(level=self.level, marker="-", words=f"{term}: {words}".strip() if words else f"{term}:")

    def _entered(self, sort: str) -> int:
        """The number of the item in its list, which is the innermost open one then."""
        sorts = [each for each, _ in self._open]
        if sort in sorts:
            at = sorts.index(sort)
            self._open = [*self._open[:at], (sort, self._open[at][1] + 1)]
        else:
            self._open.append((sort, 1))
        return self._open[-1][1]


def _sort(mark: str) -> str:
    """Numbers are one sort of marker, whatever they are, and so on."""
    for sort, pattern in (("1.", r"\d+\."), ("<1>", r"<.*>"), ("i)", r"[ivxIVX]+\)"), ("a.", r"[a-zA-Z]\.")):
        if re.fullmatch(pattern, mark):
            return sort
    return mark
