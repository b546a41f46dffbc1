"""Tables of AsciiDoc, whose cells may stand on lines of their own, span others, or be said several times."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from steep_plugins.readers.grids import Cell, grid_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.readers.grids import Grid

_CELL = re.compile(
    r"(?<!\\)(?:(?<![^\s|])(?:(?P<times>\d{1,3})\*|(?P<wide>\d{1,3})?(?:\.(?P<tall>\d{1,4}))?\+)?[<^>.]{0,4}[adehlmsv]?)?\|"
)
_COLUMNS = re.compile(r"cols=\"?([^\"\]]*)\"?")
_TIMES = re.compile(r"\s*(\d{1,2})\*")
_MOST = 200  # columns


def table_grid(body: str, said: str, mark: str = "|") -> Grid:
    """The rows between the marks of a table; ``said`` are its attributes, ``mark`` what stands before a cell."""
    if mark != "|":
        body = body.replace("|", "\\|").replace(mark, "|")
    cells = list(_cells(body))
    lines = [line for line in body.split("\n") if line.strip()]
    width = _stated(said) or sum(cell.columns for cell in _cells(lines[0] if lines else ""))
    rows = _rows(cells, min(max(1, width), _MOST))
    return grid_of(rows, headers=int(_headed(body, said)) if len(rows) > 1 else 0)


def separated_grid(body: str, said: str, mark: str) -> Grid:
    """The same of a table whose cells are parted as in CSV."""
    lines = body.split("\n")
    try:
        rows = [row for row in csv.reader(lines, delimiter=mark, skipinitialspace=True) if row]
    except csv.Error:  # a cell longer than it takes, as where a quotation mark is never closed
        rows = [line.split(mark) for line in lines if line]
    headed = len(rows) > 1 and _headed(body, said)
    return grid_of([[Cell(words=" ".join(each.split())) for each in row[:_MOST]] for row in rows], headers=int(headed))


def _headed(body: str, said: str) -> bool:
    """Whether the first row is a header: it is said, or a blank line stands below it and nothing else is said."""
    first, _, rest = body.partition("\n")
    return "header" in said.replace("noheader", "") or (
        bool(first.strip()) and rest.startswith("\n") and "noheader" not in said
    )


def _stated(said: str) -> int:
    """How many columns the attributes of a table name; 0 where they do not."""
    found = _COLUMNS.search(said)
    if found is None or not found[1].strip():
        return 0
    counts = (_TIMES.match(each) for each in re.split(r"[,;]", found[1]))
    return sum(int(each[1]) if each else 1 for each in counts)


def _cells(body: str) -> Iterator[Cell]:
    marks = list(_CELL.finditer(body))
    for mark, after in zip(marks, [*marks[1:], None], strict=False):  # of no marks there is none after
        words = body[mark.end() : after.start() if after else len(body)]
        cell = Cell(
            words=" ".join(words.replace("\\|", "|").split()),
            columns=int(mark["wide"] or 1),
            rows=int(mark["tall"] or 1),
        )
        yield from [cell] * int(mark["times"] or 1)


def _rows(cells: list[Cell], width: int) -> list[list[Cell]]:
    """Cells in rows of so many columns, of which those that reach down from above take theirs."""
    rows: list[list[Cell]] = []
    taken: list[int] = []  # how many columns of the rows to come are taken from above
    row: list[Cell] = []
    filled = taken.pop(0) if taken else 0
    for cell in cells:
        row.append(cell)
        filled += cell.columns
        taken += [0] * (min(cell.rows, 1000) - 1 - len(taken))
        for below in range(min(cell.rows, 1000) - 1):
            taken[below] += cell.columns
        while filled >= width:
            rows.append(row)
            row, filled = [], taken.pop(0) if taken else 0
    return [*rows, row] if row else rows
