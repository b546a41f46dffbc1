"""Tables of a PDF, whether lines are drawn around their cells or not, and how those on pages become one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep_plugins.readers.grids import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BULLET = re.compile(r"[•·▪‣◦●○■□▶➢]\s*(?=\S)|[•▪◦●]$")
_NEAR = 6.0  # columns of the parts of one table stand this close


@dataclass(slots=True)
class CellText:
    """The lines of a cell, top down."""

    lines: list[str] = field(default_factory=list)
    rows: int = 1
    columns: int = 1


@dataclass(slots=True)
class TableRow:
    page: int
    cells: list[CellText]

    @property
    def words(self) -> list[str]:
        return [" ".join(cell.lines) for cell in self.cells]


@dataclass(slots=True)
class Table:
    """``columns`` are the left and right of each; ``headers`` is how many rows are its header, None: not known."""

    columns: list[tuple[float, float]]
    rows: list[TableRow]
    headers: int | None
    top: float
    bottom: float
    size: float

    def goes_on(self, other: Table) -> bool:
        """Whether another, on the page after it, has the same columns."""
        if other.rows[0].page != self.rows[-1].page + 1 or len(other.columns) != len(self.columns):
            return False
        pairs = zip(self.columns, other.columns, strict=True)
        return all(abs(mine[0] - its[0]) < _NEAR or abs(mine[1] - its[1]) < _NEAR for mine, its in pairs)

    def extend(self, other: Table) -> None:
        """Add the rows of its part on the next page, without a header that is said again."""
        count = self.headers or 1
        mine = [row.words for row in self.rows[:count]]
        again = [row.words for row in other.rows[:count]] == mine
        self.rows += other.rows[count:] if again else other.rows

    def grid_rows(self, joined: Callable[[Sequence[str]], str]) -> list[list[Cell]]:
        return [
            [Cell(words=joined(_unbulleted(cell.lines)), rows=cell.rows, columns=cell.columns) for cell in row.cells]
            for row in self.rows
        ]

    def head_count(self) -> int | None:
        """A table of one row has no header."""
        return 0 if len(self.rows) == 1 else self.headers


def _unbulleted(lines: list[str]) -> list[str]:
    """The lines of a cell; a bullet before its only line is of no use."""
    return [_BULLET.sub("", lines[0])] if len(lines) == 1 else lines
