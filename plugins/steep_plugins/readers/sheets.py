"""Tables of a spreadsheet's cells: islands of filled cells, each with its merged cells filled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep_plugins.readers.grids import Cell, grid_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.readers.composing import Composer

Place = tuple[int, int]  # row and column


@dataclass(slots=True)
class Sheet:
    """``cells`` are the words at each place; ``merged`` maps the place that holds a merged cell's words to its span."""

    cells: dict[Place, str]
    merged: dict[Place, tuple[int, int]] = field(default_factory=dict)


def write_sheet(composer: Composer, sheet: Sheet) -> None:
    """Each island of cells as a table; one cell alone, or one column of text, as paragraphs."""
    covered = dict(_covered(sheet))
    taken = {place: covered.get(place, place) for place in {*sheet.cells, *covered}}
    for island in _islands(set(taken)):
        top, bottom = min(row for row, _ in island), max(row for row, _ in island)
        left, right = min(column for _, column in island), max(column for _, column in island)
        words = {place: sheet.cells.get(taken[place], "") for place in island}
        rows = [[words.get((row, column), "") for column in range(left, right + 1)] for row in range(top, bottom + 1)]
        title = None
        while rows and len({taken[p] for p in island if p[0] == top}) == 1 and len(rows) > 1 and right > left:
            title = next(word for word in rows[0] if word)  # one cell above the table says what it is
            composer.paragraph(title)
            rows, top = rows[1:], top + 1
        composer.end_table()
        if len({word for row in rows for word in row if word}) == 1 or (right == left and len(rows) == 1):
            composer.paragraph(next((word for row in rows for word in row if word), ""))
        else:
            composer.table(
                grid_of([[Cell(words=word) for word in row] for row in rows], headers=_headers(rows, sheet, top, left))
            )
        composer.end_table()


def _headers(rows: list[list[str]], sheet: Sheet, top: int, left: int) -> int:
    """Two lines where a cell of the first spans columns, else one; none for a single row."""
    spans = any(sheet.merged.get((top, left + at), (1, 1))[1] > 1 for at in range(len(rows[0])))
    tall = any(sheet.merged.get((top, left + at), (1, 1))[0] > 1 for at in range(len(rows[0])))
    return 0 if len(rows) == 1 else 2 if spans and tall and len(rows) > 2 else 1


def _covered(sheet: Sheet) -> Iterator[tuple[Place, Place]]:
    for (row, column), (rows, columns) in sheet.merged.items():
        if (row, column) in sheet.cells:
            for down in range(rows):
                for across in range(columns):
                    yield (row + down, column + across), (row, column)


def _islands(places: set[Place]) -> list[set[Place]]:
    """Cells that touch each other, also at corners, in the order of the sheet; those whose boxes meet are one."""
    left = set(places)
    islands = []
    for place in sorted(places):
        if place not in left:
            continue
        left.discard(place)
        island, waiting = {place}, [place]
        while waiting:
            row, column = waiting.pop()
            for near in ((row + down, column + across) for down in (-1, 0, 1) for across in (-1, 0, 1)):
                if near in left:
                    left.discard(near)
                    island.add(near)
                    waiting.append(near)
        islands.append(island)
    return islands
