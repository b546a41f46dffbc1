"""Tables of AsciiDoc, whose cells may stand on lines of their own, span others, or be said several times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.readers.grids import Cell, grid_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.readers.grids import Grid

TABLE = re.compile(
    r"(?:^\.(?P<title>[^\s.].*)\n)?(?:^\[(?P<said>[^\]\n]*)\][ \t]*\n)?(?:^\.(?P<below>[^\s.].*)\n)?"
    r"^\|={3,}[ \t]*\n(?P<body>(?:.*\n){0,5000}?)\|={3,}[ \t]*$",
    re.MULTILINE,
)
_CELL = re.compile(
    r"(?<!\\)(?:(?<![^\s|])(?:(?P<times>\d{1,3})\*|(?P<wide>\d{1,3})?(?:\.(?P<tall>\d{1,4}))?\+)?[<^>.]{0,4}[adehlmsv]?)?\|"
)
_COLUMNS = re.compile(r"cols=\"?([^\"\]]*)\"?")
_TIMES = re.compile(r"\s*(\d{1,2})\*")
_MOST = 200  # columns


def table_title(found: re.Match[str]) -> str:
    return (found["title"] or found["below"] or "").strip()


def table_grid(found: re.Match[str]) -> Grid:
    """The rows of a table that ``TABLE`` found."""
    body, said = found["body"], found["said"] or ""
    cells = list(_cells(body))
    lines = [line for line in body.split("\n") if line.strip()]
    width = _stated(said) or sum(cell.columns for cell in _cells(lines[0] if lines else ""))
    first, _, rest = body.partition("\n")
    headed = "header" in said or (bool(first.strip()) and rest.startswith("\n") and "%noheader" not in said)
    rows = _rows(cells, min(max(1, width), _MOST))
    return grid_of(rows, headers=int(headed) if len(rows) > 1 else 0)


def _stated(said: str) -> int:
    """How many columns the attributes of a table name; 0 where they do not."""
    found = _COLUMNS.search(said)
    if found is None or not found[1].strip():
        return 0
    counts = (_TIMES.match(each) for each in re.split(r"[,;]", found[1]))
    return sum(int(each[1]) if each else 1 for each in counts)


def _cells(body: str) -> Iterator[Cell]:
    marks = list(_CELL.finditer(body))
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
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
