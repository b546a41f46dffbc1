"""Tables without drawn lines: rows told by where words stand, columns by the gaps that all their rows share.

Two columns of prose are no table.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep_plugins.readers.pdf_lines import joined
from steep_plugins.readers.pdf_page import RunLine
from steep_plugins.readers.pdf_spread import stretches
from steep_plugins.readers.pdf_tables import CellText, Table, TableRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from steep_plugins.readers.pdf_lines import Line
    from steep_plugins.readers.pdf_page import PageParts

_TALLEST = 8  # lines of a cell that no line is drawn around
_APART = 3.0  # rows further apart than this many font sizes are of two tables
_WIDE = 1.3  # a gap of so many font sizes parts cells, even of one row
_ENOUGH = 3  # rows whose narrower gaps are no chance
_PROSE = 8  # words, from which a line is none of a table's
_MARK = re.compile(r"[A-Za-z]|[ivx]{1,5}|[†‡§]+")
_STEPS = 1.25  # a distance between lines this much greater than the least parts rows


@dataclass(slots=True)
class _Row:
    """Cells from left to right, each with its lines."""

    cells: list[list[Line]]

    @property
    def top(self) -> float:
        return max(line.top for cell in self.cells for line in cell)

    @property
    def bottom(self) -> float:
        return min(line.bottom for cell in self.cells for line in cell)

    @property
    def size(self) -> float:
        return self.cells[0][0].size

    @property
    def lines(self) -> list[Line]:
        return [line for cell in self.cells for line in cell]


def flow_of(parts: PageParts) -> list[Line | Table]:
    """The page as it is read: lines, and the tables among them."""
    flow: list[Line | Table] = []
    for is_run, items in itertools.groupby(parts.items, key=lambda item: isinstance(item, RunLine)):
        if is_run:
            lines = list(stretches([item for item in items if isinstance(item, RunLine)]))
            flow += _gathered(list(_tables(list(_rows(lines)))), lines)
        else:
            flow += [item for item in items if isinstance(item, Table)]
    return flow


def _gathered(flow: list[Line | Table], lines: Sequence[Line]) -> list[Line | Table]:
    """The flow, where words that stand level with a table, but were drawn apart from it, belong to it."""
    tables = [item for item in flow if isinstance(item, Table)]
    for table in tables:
        level = [line for line in lines if _is_level(line, table)]
        beside = [item for item in flow if not isinstance(item, Table) and any(item is line for line in level)]
        if not beside or any(line.text.count(" ") >= _PROSE for line in level):
            continue
        if any(_is_level(line, other) for other in tables if other is not table for line in level):
            continue  # words of another table, which would be said twice
        whole = list(_tables(_level(level)))
        if len(whole) == 1 and isinstance(whole[0], Table):
            at = flow.index(table)
            flow[at] = whole[0]
            flow = [item for item in flow if not any(item is line for line in level)]
    return flow


def _is_level(line: Line, table: Table) -> bool:
    return table.bottom - 2 < (line.base + line.top) / 2 < table.top + 2


def _level(lines: Sequence[Line]) -> list[_Row]:
    """Rows of what stands at one height, top down."""
    rows: list[_Row] = []
    for line in sorted(lines, key=lambda line: -line.base):
        if rows and abs(rows[-1].cells[0][0].base - line.base) < 0.4 * line.size:
            rows[-1].cells.append([line])
        else:
            rows.append(_Row([[line]]))
    return [_Row(sorted(row.cells, key=lambda cell: cell[0].left)) for row in rows]


def _rows(lines: Iterable[Line]) -> Iterator[_Row]:
    """Stretches side by side make a row, whether they are drawn line by line or cell by cell."""
    cells: list[list[Line]] = []
    for line in lines:
        if cells and _is_below(cells, line):
            cells[-1].append(line)
            continue
        at = _beside(cells[-1], line) if cells else None
        if at is None:
            yield from _closed(cells)
            cells = [[line]]
            continue
        if len(cells) == 1:
            yield from (_Row([[each]]) for each in cells[0][:at])
            cells[0] = cells[0][at:]
        cells.append([line])
    yield from _closed(cells)


def _closed(cells: list[list[Line]]) -> Iterator[_Row]:
    if len(cells) > 1 and max(map(len, cells)) <= _TALLEST:
        yield _Row(cells)
    else:
        yield from (_Row([[line]]) for cell in cells for line in cell)


def _is_below(cells: list[list[Line]], line: Line) -> bool:
    """Whether a stretch goes on with the last cell in the line below it."""
    last = cells[-1][-1]
    step = last.bottom - line.base
    if last.mono != line.mono or abs(last.size - line.size) > 0.15 * line.size:
        return False
    if not 0.5 * line.size < step < 1.45 * line.size:
        return False
    if len(cells) == 1:
        return True
    bound = max(each.right for each in cells[-2])
    return line.left > bound and line.left < max(each.right for each in cells[-1])


def _beside(cell: list[Line], line: Line) -> int | None:
    """Which line of a cell another stands beside, to its right; None for none."""
    if line.left < max(each.right for each in cell[-_TALLEST:]) + 0.5 * line.size:
        last = cell[-1]
        level = abs(last.bottom - line.base) < 0.4 * line.size
        return len(cell) - 1 if level and line.left > last.right + 0.5 * line.size else None
    for at in range(max(0, len(cell) - _TALLEST), len(cell)):
        if abs(cell[at].base - line.base) < 0.4 * line.size and line.left > cell[at].right:
            return at
    return None


def _tables(rows: Sequence[_Row]) -> Iterator[Line | Table]:
    held: list[_Row] = []
    columns: list[tuple[float, float]] = []
    for row in rows:
        wider = _fitted(columns, row, held[-1]) if held else None
        if wider is not None:
            held.append(row)
            columns = wider
            continue
        yield from _settled(held, columns)
        held, columns = [], []
        if len(row.cells) > 1:
            held, columns = [row], [_extent(cell) for cell in row.cells]
        else:
            yield from row.lines
    yield from _settled(held, columns)


def _extent(cell: Sequence[Line]) -> tuple[float, float]:
    return min(line.left for line in cell), max(line.right for line in cell)


def _fitted(columns: list[tuple[float, float]], row: _Row, above: _Row) -> list[tuple[float, float]] | None:
    """The columns of a table with a row added; None where it does not belong to it."""
    step = above.bottom - row.top
    if step < -row.size or step > _APART * row.size or row.lines[0].mono != above.lines[0].mono:
        return None
    made = list(columns)
    taken: set[int] = set()
    for extent in map(_extent, row.cells):
        met = [n for n, (left, right) in enumerate(made) if extent[0] < right and left < extent[1]]
        if len(met) > 1 or (met and met[0] in taken):
            return None
        if met:
            made[met[0]] = (min(made[met[0]][0], extent[0]), max(made[met[0]][1], extent[1]))
            taken.add(met[0])
        elif len(row.cells) == 1:
            return None
        else:
            at = sum(right <= extent[0] for _, right in made)
            made.insert(at, extent)
            taken = {n + (n >= at) for n in taken} | {at}
    if len(row.cells) == 1 and not (step < 0.5 * row.size and (taken != {0} or row.lines[0].text[:1].islower())):
        return None
    return made


def _settled(held: Sequence[_Row], columns: list[tuple[float, float]]) -> Iterator[Line | Table]:
    if not held:
        return
    if not _is_table(held):
        for row in held:
            yield from _as_text(row)
        return
    placed = [_placed(row, columns) for row in held]
    if _is_prose(placed, columns):
        for column in range(len(columns)):
            for cells in placed:
                yield from cells.get(column, ())
        return
    rows = [_table_row(cells, len(columns)) for cells in _whole(held, placed, len(columns))]
    size = held[-1].size
    yield Table(columns=columns, rows=rows, headers=None, top=held[0].top, bottom=held[-1].bottom, size=size)


def _is_table(held: Sequence[_Row]) -> bool:
    """Whether rows are enough for the gaps between their cells: the narrower these are, the more it takes.

    Boxes of several lines side by side are no table: nothing says that they belong together.
    """
    if len(held) == 1 and (any(len(cell) > 1 for cell in held[0].cells) or _is_line(held[0])):
        return False
    gaps = [
        (right[0].left - left[-1].right) / row.size for row in held for left, right in itertools.pairwise(row.cells)
    ]
    return len(held) >= _ENOUGH or (bool(gaps) and min(gaps) >= _WIDE)


def _is_line(row: _Row) -> bool:
    """Whether a row alone is a line with a gap in it: after the mark of a note, or where a word is missing."""
    said = [cell[0].text for cell in row.cells]
    return _MARK.fullmatch(said[0]) is not None or not all(re.search(r"\w", words) for words in said)


def _as_text(row: _Row) -> Iterator[Line]:
    """The words of a row that is none; those of one line are put together again."""
    if any(len(cell) > 1 for cell in row.cells):
        yield from row.lines
        return
    line, *rest = row.lines
    for other in rest:
        line = joined(line, other)
    yield line


def _placed(row: _Row, columns: Sequence[tuple[float, float]]) -> dict[int, list[Line]]:
    """The cells of a row by column."""
    placed: dict[int, list[Line]] = {}
    for cell in row.cells:
        left, right = _extent(cell)
        column = next(
            n for n, extent in enumerate(columns) if (left < extent[1] and extent[0] < right) or left == right
        )
        placed.setdefault(column, []).extend(cell)
    return placed


def _is_prose(placed: Sequence[dict[int, list[Line]]], columns: Sequence[tuple[float, float]]) -> bool:
    """Whether all columns are filled line by line with words, as prose is."""
    if len(placed) < 4:
        return False
    for column, (left, right) in enumerate(columns):
        lines = [line for cells in placed for line in cells.get(column, ())]
        words = sum(len(line.text.split()) for line in lines)
        full = sum(line.right - line.left > 0.8 * (right - left) for line in lines)
        if not lines or words < 3.5 * len(lines) or full < 0.5 * len(lines):
            return False
    return True


def _whole(
    held: Sequence[_Row], placed: Sequence[dict[int, list[Line]]], width: int
) -> Iterator[dict[int, list[Line]]]:
    """Rows whose cells wrap, put together again."""
    steps = [above.bottom - below.bottom for above, below in itertools.pairwise(held)]
    parted = _parting(steps, placed, width)
    first = _commonest(placed)
    row = {column: list(lines) for column, lines in placed[0].items()}
    for step, cells in zip(steps, placed[1:], strict=True):
        wraps = step < parted if parted else _wraps(cells, width, first)
        if wraps:
            for column, lines in cells.items():
                row.setdefault(column, []).extend(lines)
        else:
            yield row
            row = {column: list(lines) for column, lines in cells.items()}
    yield row


def _commonest(placed: Sequence[dict[int, list[Line]]]) -> int:
    return Counter(len(cells) for cells in placed).most_common(1)[0][0]


def _parting(steps: Sequence[float], placed: Sequence[dict[int, list[Line]]], width: int) -> float:
    """The distance from which lines are of two rows, where distances tell; else 0."""
    if not steps or min(steps) <= 0:
        return 0.0
    edge = _STEPS * min(steps)
    near = [cells for step, cells in zip(steps, placed[1:], strict=True) if step < edge]
    far = len(steps) - len(near)
    short = sum(len(cells) < width for cells in near)
    return edge if far and near and 2 * short >= len(near) else 0.0


def _wraps(cells: dict[int, list[Line]], width: int, usual: int) -> bool:
    """Whether a line has only what did not fit into the line above it."""
    if len(cells) >= min(width, max(2, usual)):
        return False
    lower = all(lines[0].text[:1].islower() for lines in cells.values())
    return lower or (0 not in cells and len(cells) < width - 1)


def _table_row(cells: dict[int, list[Line]], width: int) -> TableRow:
    page = next(iter(cells.values()))[0].page
    return TableRow(
        page=page, cells=[CellText(lines=[line.text for line in cells.get(column, ())]) for column in range(width)]
    )
