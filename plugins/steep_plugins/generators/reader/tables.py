"""Tables in a passage, which all readers write with bars, with a rule below the head (Markdown) or without (PDF)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_ROW = re.compile(r"(?m)^[ \t]*\|.*$")
_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Table:
    """``head`` are the headings' ranges, ``rows`` those of the cells below; all rows are as wide as the head."""

    head: tuple[Range, ...]
    rows: tuple[tuple[Range, ...], ...]

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Row and column of the cell that holds a span."""
        for number, row in enumerate(self.rows):
            for column, (left, right) in enumerate(row):
                if left <= start and end <= right:
                    return number, column
        return None


@lru_cache(maxsize=256)
def tables(text: str) -> tuple[Table, ...]:
    """The tables with a head and a row; a row of another width, or a line between, ends one."""
    runs: list[list[tuple[Range, ...]]] = []
    last = -2
    for line in _ROW.finditer(text):
        adjoining = last + 1 == line.start()
        last = line.end()
        if _RULE.match(line.group()):
            last = last if adjoining else -2
            continue
        cells = _cells(text, line.start(), line.end())
        if not adjoining or len(runs[-1][0]) != len(cells):
            runs.append([])
        runs[-1].append(cells)
    return tuple(Table(run[0], tuple(run[1:])) for run in runs if len(run) > 1 and len(run[0]) > 1)


def _cells(text: str, start: int, end: int) -> tuple[Range, ...]:
    bars = [match.start() for match in _BAR.finditer(text, start, end)]
    edges = [*bars] if len(bars) > 1 and not text[bars[-1] + 1 : end].strip() else [*bars, end]
    return tuple(_stripped(text, left + 1, right) for left, right in pairwise(edges))


def _stripped(text: str, start: int, end: int) -> Range:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
