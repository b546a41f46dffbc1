"""The tables and sheets of an OpenDocument: rows and cells that are repeated, merged or hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep_plugins.readers.grids import Cell, Grid, grid_of
from steep_plugins.readers.odt_names import TABLE, count_of, name_of, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from steep_plugins.readers.odt_styles import Styles
    from steep_plugins.readers.odt_words import Words


def table_of(element: etree._Element, words: Words) -> Grid:
    """What is seen of a table."""
    rows: list[list[Cell]] = []
    headers = 0
    hidden = _hidden_columns(element, words.styles)
    stated = list(_rows(element))
    gone = [words.styles.is_hidden(row) for row in stated]
    for number, row in enumerate(stated):
        if gone[number]:
            words.hide(" ".join(texts(row)))
            continue
        cells = _cells(row, hidden, gone[number + 1 :], words)
        if any(cell.words for cell in cells):
            rows += [cells] * (count_of(row, "number-rows-repeated") if len(cells) < 50 else 1)
            parent = row.getparent()
            headers += parent is not None and name_of(parent) == "table:table-header-rows"
    return grid_of(rows, headers=headers or None)


def _cells(row: etree._Element, hidden: set[int], gone: list[bool], words: Words) -> list[Cell]:
    """The cells of a row, each as wide and tall as it is seen; ``gone`` is which of the rows below are hidden."""
    cells: list[Cell] = []
    column = 0
    for cell in row:
        if (name := name_of(cell)) not in ("table:table-cell", "table:covered-table-cell"):
            continue
        at, column = column, column + count_of(cell, "number-columns-repeated")
        if name == "table:covered-table-cell":
            continue
        spanned = count_of(cell, "number-columns-spanned")
        seen = sum(each not in hidden for each in range(at, max(column, at + spanned)))
        if not seen:
            words.hide(" ".join(texts(cell)))
            continue
        said = words.said(cell)
        below = gone[: count_of(cell, "number-rows-spanned") - 1]
        made = Cell(words=said, rows=1 + below.count(False), columns=seen if spanned > 1 else 1)
        repeated = 1 if spanned > 1 else seen
        cells += [made] * (repeated if said else min(repeated, 50))
    while cells and not cells[-1].words:
        cells.pop()
    return cells


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, but not of those within its cells."""
    for child in table:
        if name_of(child) == "table:table-row":
            yield child
        elif name_of(child) in ("table:table-header-rows", "table:table-rows", "table:table-row-group"):
            yield from _rows(child)


def _hidden_columns(table: etree._Element, styles: Styles) -> set[int]:
    hidden: set[int] = set()
    column = 0
    for each in table.iter(f"{TABLE}table-column"):
        if next(each.iterancestors(f"{TABLE}table"), None) is not table:
            continue
        after = column + count_of(each, "number-columns-repeated")
        if styles.is_hidden(each):
            hidden.update(range(column, after))
        column = after
    return hidden
