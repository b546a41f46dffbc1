"""Tables that are drawn with lines: which cells the lines make, and which characters stand in each."""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.readers.pdf_view import Box, Drawn, View

_NEAR = 3.0  # lines this close are one, and lines this close to each other meet
_MOST_LINES = 4000  # beyond this it is a drawing


@dataclass(slots=True)
class RuledTable:
    """``columns`` and ``rows`` are where its lines run, rows from the top; ``cells`` are boxes."""

    cells: tuple[Box, ...]
    columns: tuple[float, ...] = field(init=False)
    rows: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.columns = _places([side for cell in self.cells for side in (cell[0], cell[2])])
        self.rows = tuple(reversed(_places([side for cell in self.cells for side in (cell[1], cell[3])])))

    @property
    def box(self) -> Box:
        return self.columns[0], self.rows[-1], self.columns[-1], self.rows[0]

    def cell_at(self, x: float, y: float) -> int | None:
        """Which cell holds a place."""
        for number, (left, bottom, right, top) in enumerate(self.cells):
            if left <= x <= right and bottom <= y <= top:
                return number
        return None

    def place(self, number: int) -> tuple[int, int, int, int]:
        """Row and column at which a cell begins, and how many of each it spans."""
        left, bottom, right, top = self.cells[number]
        row, column = _index(self.rows, top), _index(self.columns, left)
        return row, column, max(1, _index(self.rows, bottom) - row), max(1, _index(self.columns, right) - column)


def ruled_tables(drawn: Drawn, view: View) -> list[RuledTable]:
    """The tables of two rows and two columns at least that the lines of a page make."""
    if len(drawn.lines) < 4 or len(drawn.lines) > _MOST_LINES:
        return []
    from pdfplumber import table  # its geometry works on plain edges: pdfium finds them much faster than its parser

    lines = [*drawn.lines, *_open_sides(drawn.lines)]
    edges = table.merge_edges([_edge(line, view) for line in lines], _NEAR, _NEAR, _NEAR, _NEAR)
    meetings = table.edges_to_intersections(edges, _NEAR, _NEAR)
    found = []
    for cells in table.cells_to_tables(table.intersections_to_cells(meetings)):
        made = RuledTable(
            cells=tuple((left, view.height - bottom, right, view.height - top) for left, top, right, bottom in cells)
        )
        if len(made.columns) > 2 and len(made.rows) > 2:
            found.append(made)
    return found


def _open_sides(lines: Sequence[Box]) -> list[Box]:
    """The sides of tables whose outer columns are open: level lines reach as far, upright ones stand between them."""
    level = [line for line in lines if line[2] - line[0] > line[3] - line[1]]
    upright = [line for line in lines if line[2] - line[0] <= line[3] - line[1]]
    groups: dict[tuple[int, int], list[Box]] = {}
    for line in level:
        groups.setdefault((round(line[0] / _NEAR), round(line[2] / _NEAR)), []).append(line)
    sides = []
    for group in groups.values():
        left, right = min(line[0] for line in group), max(line[2] for line in group)
        within = [line for line in upright if left + _NEAR < line[0] < right - _NEAR]
        for part in _parted(sorted((line[1], line[3]) for line in group), within):
            bottom, top = part[0][0], part[-1][1]
            if len(part) > 2 and any(bottom - _NEAR <= line[1] and line[3] <= top + _NEAR for line in within):
                sides += [
                    (side, bottom, side, top)
                    for side in (left, right)
                    if not any(abs(line[0] - side) <= _NEAR and line[1] < top and bottom < line[3] for line in upright)
                ]
    return sides


def _parted(levels: Sequence[tuple[float, float]], upright: Sequence[Box]) -> list[list[tuple[float, float]]]:
    """Level lines, from below, by the tables they are of: other columns begin where no upright line leads on."""
    parts = [list(levels[:1])]
    columns: set[int] = set()
    cut = 0  # where the part ends, if other columns follow
    for below, level in itertools.pairwise(levels):
        here = {round(line[0] / _NEAR) for line in upright if line[1] < below[1] + _NEAR and level[0] - _NEAR < line[3]}
        if not here:
            cut = len(parts[-1])
        elif cut and columns and here.isdisjoint(columns):
            parts.append(parts[-1][cut:])
            parts[-2] = parts[-2][:cut]
            columns, cut = set(), 0
        columns |= here
        parts[-1].append(level)
    return parts


def _edge(line: Box, view: View) -> dict[str, Any]:
    left, bottom, right, top = line
    level = right - left > top - bottom
    if level:
        bottom = top = (bottom + top) / 2
    else:
        left = right = (left + right) / 2
    return {
        "x0": left,
        "x1": right,
        "top": view.height - top,
        "bottom": view.height - bottom,
        "width": right - left,
        "height": top - bottom,
        "orientation": "h" if level else "v",
    }


def _places(sides: Sequence[float]) -> tuple[float, ...]:
    """Where lines run: places that nearly coincide are one."""
    places: list[float] = []
    for side in sorted(sides):
        if not places or side - places[-1] > _NEAR:
            places.append(side)
    return tuple(places)


def _index(places: Sequence[float], side: float) -> int:
    """The number of the place that is nearest to a side."""
    rising = places[0] <= places[-1]
    ordered = places if rising else tuple(reversed(places))
    at = bisect.bisect_left(ordered, side)
    near = min((number for number in (at - 1, at) if 0 <= number < len(ordered)), key=lambda n: abs(ordered[n] - side))
    return near if rising else len(places) - 1 - near
