"""Tables as they are seen: merged cells filled, header lines joined, every row as wide as the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TALLEST, _WIDEST = 1000, 200  # a span beyond this is a mistake, or meant to hurt
_HEADERS = 4  # lines of a header at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell with how many rows and columns it spans; ``head`` where it is a header's."""

    words: str
    rows: int = 1
    columns: int = 1
    head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """``header`` is empty for a table that has none; all rows are of one width."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def worded(self, words: Callable[[str], str]) -> Grid:
        """The same, each cell's words made anew."""
        return Grid(header=tuple(map(words, self.header)), rows=tuple(tuple(map(words, row)) for row in self.rows))


def grid_of(rows: Sequence[Sequence[Cell]], *, headers: int | None = None) -> Grid:
    """The rows with merged cells filled. ``headers`` is how many lines the header has, where the format says.

    Else the header is made of the leading rows that hold header cells alone; failing these, of the first row, and of
    those below it that its merged cells reach into.
    """
    filled = _filled(rows)
    width = max((len(row) for row in filled), default=0)
    even = [[*row, *[Cell(words="")] * (width - len(row))] for row in filled]
    count = _leading(even) if headers is None else min(headers, len(even))
    if headers is None and count == 0 and len(even) > 1 and not even[0][0].head:
        count = 1
    if count == 1 and len(even) > 2:
        count = _reached(rows[0], even)
    header = tuple(_joined([row[at].words for row in even[:count]]) for at in range(width)) if count else ()
    return Grid(header=header, rows=tuple(tuple(cell.words for cell in row) for row in even[count:]))


def _filled(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Each cell at every place that it spans; a row span ends with the table."""
    below: dict[int, tuple[int, Cell]] = {}  # column: rows it still spans, and the cell
    filled: list[list[Cell]] = []
    for row in rows:
        line: list[Cell] = []
        waiting = list(row)
        while waiting or len(line) in below:
            if len(line) in below:
                line.append(_taken(below, len(line)))
                continue
            cell = waiting.pop(0)
            for _ in range(min(max(1, cell.columns), _WIDEST)):
                if cell.rows > 1:
                    below[len(line)] = (min(cell.rows, _TALLEST) - 1, cell)
                line.append(cell)
        filled.append(line)
    return filled


def _taken(below: dict[int, tuple[int, Cell]], column: int) -> Cell:
    left, cell = below.pop(column)
    if left > 1:
        below[column] = (left - 1, cell)
    return cell


def _leading(rows: Sequence[Sequence[Cell]]) -> int:
    count = 0
    while count < min(_HEADERS, len(rows) - 1) and all(cell.head for cell in rows[count]):
        count += 1
    return count


def _reached(first: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> int:
    """How many lines a header has of which only the first is known: a cell over several columns heads those below."""
    if not any(1 < cell.columns < len(rows[0]) for cell in first):
        return 1
    tall = max(cell.rows for cell in first)
    if 1 < tall < min(_HEADERS, len(rows)):
        return tall
    below = [cell.words for cell in rows[1]]
    gaps = [under for above, under in zip(rows[0], below, strict=True) if not above.words]
    named = all(gaps) and bool(gaps) and not any(any(map(str.isdigit, words)) for words in below)
    return 2 if named else 1


def _joined(words: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(each for each in words if each))
