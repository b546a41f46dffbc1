"""Rows of rich text, which state where each cell ends, as a table of HTML with its merged cells."""

from __future__ import annotations

from dataclasses import dataclass, field

_NEAR = 20  # twips, of which 1440 make an inch: edges that lie nearer are one
_MOST = 200  # columns


@dataclass(slots=True, kw_only=True)
class Edge:
    """How a cell is defined: its right edge, and whether it belongs to the one before it or above it."""

    right: int
    joins_left: bool = False
    joins_above: bool = False
    paper: int = 0  # number of a colour


@dataclass(slots=True)
class Row:
    edges: list[Edge] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)  # as HTML
    header: bool = False


@dataclass(slots=True)
class _Placed:
    said: str
    left: int
    right: int
    joins_above: bool
    paper: int
    tall: int = 1


def table_html(rows: list[Row], colours: list[str]) -> str:
    """The rows as one table; where cells and edges do not agree, a cell is one column."""
    sound = all(0 < len(row.cells) <= len(row.edges) <= _MOST for row in rows)
    grid = _columns(rows) if sound else []
    sound = sound and len(grid) <= _MOST
    placed = [_placed(row, grid) if sound else _one_each(row) for row in rows]
    _join(placed)
    return "<table>" + "".join(map(_row_html, rows, placed, [colours] * len(rows))) + "</table>"


def _columns(rows: list[Row]) -> list[int]:
    """The right edges of all columns."""
    found: list[int] = []
    for right in sorted({edge.right for row in rows for edge in row.edges}):
        if not found or right - found[-1] > _NEAR:
            found.append(right)
    return found


def _placed(row: Row, grid: list[int]) -> list[_Placed]:
    cells: list[_Placed] = []
    left = 0
    for said, edge in zip(row.cells, row.edges, strict=False):
        right = max(left + 1, 1 + min(range(len(grid)), key=lambda at: abs(grid[at] - edge.right)))
        if edge.joins_left and cells:
            cells[-1].right = right
            cells[-1].said += said
        else:
            cells.append(_Placed(said, left, right, edge.joins_above, edge.paper))
        left = right
    return cells


def _one_each(row: Row) -> list[_Placed]:
    return [_Placed(said, at, at + 1, joins_above=False, paper=0) for at, said in enumerate(row.cells)]


def _join(rows: list[list[_Placed]]) -> None:
    """Count the rows of merged cells; what belongs to the cell above it goes."""
    above: dict[int, _Placed] = {}
    for row in rows:
        now: dict[int, _Placed] = {}
        for cell in list(row):
            first = above.get(cell.left) if cell.joins_above else None
            if first is not None:
                first.tall += 1
                first.said += cell.said
                row.remove(cell)
            now[cell.left] = first or cell
        above = now


def _row_html(row: Row, cells: list[_Placed], colours: list[str]) -> str:
    def cell_html(cell: _Placed) -> str:
        paper = colours[cell.paper] if 0 < cell.paper < len(colours) else ""
        style = f' style="background-color:{paper}"' if paper else ""
        return f'<td rowspan="{cell.tall}" colspan="{cell.right - cell.left}"{style}>{cell.said}</td>'

    said = "<tr>" + "".join(map(cell_html, cells)) + "</tr>"
    return f"<thead>{said}</thead>" if row.header else said
