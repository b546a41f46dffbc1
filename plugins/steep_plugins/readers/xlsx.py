"""The reader `xlsx`: workbooks, a sheet a page, with the values that were last computed."""

from __future__ import annotations

import bisect
import io
import warnings
from typing import TYPE_CHECKING, Any

from lxml import etree

from steep.values import Document, LeftOut
from steep_plugins.readers.charts import chart_table, chart_title
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.decoding import empty
from steep_plugins.readers.office import readable
from steep_plugins.readers.sheets import Place, Sheet, write_sheet
from steep_plugins.readers.titles import from_path
from steep_plugins.readers.xlsx_parts import SheetParts, sheet_parts
from steep_plugins.readers.xlsx_values import Seen, words_of

if TYPE_CHECKING:
    from steep.kinds import Source

_NONE = SheetParts(boxes=(), uncomputed=())
_TALLEST, _WIDEST = 1000, 200
_THREAD = "Comment:"  # Excel writes what older versions should say before it
_MOST = 2_000_000  # cells of a workbook: what is beyond is said to be left out


class XlsxReader:
    """Each sheet stands under its name; hidden sheets, rows, columns and cells are left out and counted."""

    def read(self, source: Source) -> Document:
        composer = Composer()
        starts: list[int] = []
        hidden: list[LeftOut] = []
        with readable(source.data, source.path, what="a workbook", suffix=".xlsx"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from openpyxl import load_workbook

            book = load_workbook(io.BytesIO(source.data), data_only=True, keep_links=False)
            title = str(book.properties.title or "").strip()
            parts = sheet_parts(source.data)
            for sheet in book.worksheets:
                found = _sheet(sheet, hidden)
                starts.append(composer.length)
                if sheet.sheet_state != "visible":
                    hidden += [LeftOut(reason="hidden", text=words) for words in found.cells.values()]
                    continue
                beside = parts.get(sheet.title, _NONE)
                hidden += [LeftOut(reason="formula without a value", text=each) for each in beside.uncomputed]
                if found.cells or sheet._charts or beside.boxes:
                    composer.heading(2, sheet.title)
                    write_sheet(composer, found)
                    _beside(composer, sheet)
                    for words in beside.boxes:
                        composer.paragraph(words)
        if not composer.blocks:
            raise empty(source.path)
        return Document(
            path=source.path,
            text=composer.text,
            title=title or from_path(source.path),
            blocks=tuple(composer.blocks),
            pages=tuple(min(start + 2, composer.length) if start else 0 for start in starts),
            left_out=tuple(hidden),
        )


def _beside(composer: Composer, sheet: Any) -> None:
    """The charts of a sheet, and what was written beside its cells."""
    for chart in sheet._charts:
        drawn = etree.fromstring(_serialised(chart))
        composer.paragraph(chart_title(drawn))
        if grid := chart_table(drawn):
            composer.end_table()
            composer.table(grid)
            composer.end_table()
    for _, cell in sorted(sheet._cells.items()):
        if cell.comment is not None:
            words = str(cell.comment.text).partition(_THREAD)[2] or str(cell.comment.text)
            author = " ".join(str(cell.comment.author or "").split())
            named = "" if not author or author.startswith("tc=") else f" ({author})"
            composer.quote(f"Comment on {cell.coordinate}{named}: {' '.join(words.split())}")


def _serialised(chart: Any) -> bytes:
    from openpyxl.xml.functions import tostring

    return bytes(tostring(chart._write()))


def _sheet(sheet: Any, hidden: list[LeftOut]) -> Sheet:
    """The cells that are seen, where they are seen: those on both sides of a hidden row or column are neighbours."""
    rows = {number for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0}
    columns = _hidden_columns(sheet)
    seen = Seen(sheet)
    above, before = sorted(rows), sorted(columns)
    spans = _spans(sheet, above, before)
    found = Sheet(cells={}, merged={})
    # the cells that are there: a sheet may claim a million rows and hold three
    for place, cell in sorted(sheet._cells.items())[:_MOST]:
        words = words_of(cell)
        if not words:
            continue
        (row, column), span = spans.get(place, (place, (1, 1)))
        if row in rows or column in columns or not seen(cell):
            hidden.append(LeftOut(reason="hidden", text=words))
            continue
        shown = (row - bisect.bisect_left(above, row), column - bisect.bisect_left(before, column))
        found.cells[shown] = words
        if span != (1, 1):
            found.merged[shown] = span
    return found


def _spans(sheet: Any, rows: list[int], columns: list[int]) -> dict[Place, tuple[Place, tuple[int, int]]]:
    """Where the first cell that is seen of each merged one stands, and how many rows and columns are seen of it."""
    found = {}
    for each in sheet.merged_cells.ranges:
        row, tall = _seen_of(each.min_row, each.max_row, rows)
        column, wide = _seen_of(each.min_col, each.max_col, columns)
        found[each.min_row, each.min_col] = ((row, column), (min(_TALLEST, tall), min(_WIDEST, wide)))
    return found


def _seen_of(first: int, last: int, hidden: list[int]) -> tuple[int, int]:
    """The first number from one to another that is not hidden, and how many are not; ``first`` where all are."""
    gone = hidden[bisect.bisect_left(hidden, first) : bisect.bisect_right(hidden, last)]
    begins = next((at for at, number in enumerate(gone, first) if at != number), first + len(gone))
    return (begins, last - first + 1 - len(gone)) if begins <= last else (first, 1)


def _hidden_columns(sheet: Any) -> set[int]:
    found: set[int] = set()
    for each in sheet.column_dimensions.values():
        if (each.hidden or each.width == 0) and each.min and each.max and each.max - each.min < 2000:
            found.update(range(each.min, each.max + 1))
    return found
