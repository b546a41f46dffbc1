"""The reader `csv`: rows of values, parted by commas, semicolons, tabs or bars, as one table."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from steep.values import Document
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.decoding import decoded, empty
from steep_plugins.readers.grids import Cell, grid_of
from steep_plugins.readers.titles import from_path

if TYPE_CHECKING:
    from steep.kinds import Source

_STATED = re.compile(r"sep=([^\w\s]|\t)\n", re.IGNORECASE)  # Excel writes it before the first row
_MARKS = ",;\t|"
_ABOVE = 10  # lines above a table
_SAMPLE = 16_384
_WIDEST = 1 << 24  # characters of a value


class DelimitedReader:
    """The first row is the header. Which mark parts values is told by the file; of a .tsv it is the tab."""

    def read(self, source: Source) -> Document:
        text = decoded(source.data, source.path)
        stated = _STATED.match(text)
        text = text[stated.end() :] if stated else text
        csv.field_size_limit(_WIDEST)
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), _dialect(text, source.path, stated)) if any(row)
        ]
        composer = Composer()
        for line in _titles(rows):
            composer.paragraph(line)
            rows = rows[1:]
        composer.table(grid_of([[Cell(words=value) for value in row] for row in rows]))
        if not composer.blocks:
            raise empty(source.path)
        return Document(
            path=source.path, text=composer.text, title=from_path(source.path), blocks=tuple(composer.blocks)
        )


class _Dialect(csv.excel):
    """The customs of spreadsheets; a space after the mark is not part of the value."""

    skipinitialspace = True
    strict = False


def _titles(rows: list[list[str]]) -> list[str]:
    """What stands above a table in lines of one value: what it is, and when it was made."""
    above = 0
    while above < min(_ABOVE, len(rows) - 2) and sum(map(bool, rows[above])) == 1 and rows[above][0]:
        above += 1
    wide = all(sum(map(bool, row)) > 1 for row in rows[above : above + 2])
    return [row[0] for row in rows[:above]] if wide else []


def _dialect(text: str, path: str, stated: re.Match[str] | None) -> type[csv.Dialect]:
    mark = stated[1] if stated else "\t" if path.lower().endswith(".tsv") else _mark(text[:_SAMPLE])
    return type("Found", (_Dialect,), {"delimiter": mark})


def _mark(sample: str) -> str:
    """The mark that parts the first lines into the same number of values, most of them."""

    def evenness(mark: str) -> tuple[float, int]:
        dialect = type("Tried", (_Dialect,), {"delimiter": mark})
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), dialect) if row][:50]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0), usual

    return max(_MARKS, key=evenness)
