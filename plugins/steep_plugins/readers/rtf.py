"""The reader `rtf`: rich text, through striprtf; its lines are read by the customs of plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.errors import SourceError
from steep.values import Document, LeftOut
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.decoding import empty
from steep_plugins.readers.grids import Cell, grid_of

if TYPE_CHECKING:
    from steep.kinds import Source

_TITLE = re.compile(r"\{\\title\s+([^{}]{1,300})\}")
_HIDDEN = re.compile(r"\{[^{}]*\\v(?![a-z0-9])[^{}]*\}|\\v(?![a-z0-9]) ?[^{}\\]*(?:\\v0 ?|(?=[{}]))")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_ITEM = re.compile(r"(?:[•·▪◦‣-]|\d{1,3}[.)])[\t ]+")


class RtfReader:
    """Rows of tables are kept; hidden text is left out and counted, pictures are not read."""

    def read(self, source: Source) -> Document:
        if not source.data.strip():
            raise empty(source.path)
        if not source.data.lstrip().startswith(b"{\\rtf"):
            raise SourceError(f"{source.path} is not rich text; save it as .rtf, or exclude it.", path=source.path)
        markup = source.data.decode("latin-1")
        try:
            hidden = [_plain(_text(f"{{\\rtf1 {found[0].strip('{}')}}}")) for found in _HIDDEN.finditer(markup)]
            text = _text(_HIDDEN.sub("", markup))
        except Exception as error:  # broken control words surface in many forms
            raise SourceError(
                f"{source.path} is not rich text that can be read ({type(error).__name__}: {error}); save it anew.",
                path=source.path,
            ) from error
        composer = _composed(_CONTROL.sub(" ", text.replace("\r", "\n")))
        stated = _TITLE.search(markup)
        gone = [LeftOut(reason="hidden", text=words) for words in hidden if words]
        return composer.document(source.path, declared=stated[1] if stated else "", left_out=gone)


def _text(markup: str) -> str:
    from striprtf.striprtf import rtf_to_text

    return str(rtf_to_text(markup, errors="replace"))


def _plain(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _composed(text: str) -> Composer:
    """Each line is a paragraph; those with bars, as striprtf writes the cells of a table, are its rows."""
    composer = Composer()
    rows: list[list[Cell]] = []
    for line in [*text.split("\n"), ""]:
        if "|" in line and line.rstrip().endswith("|"):
            rows.append([Cell(words=" ".join(cell.split())) for cell in line.rstrip()[:-1].split("|")])
            continue
        if rows and (line.strip() or len(rows) > 0):
            composer.end_table()
            composer.table(grid_of(rows))
            composer.end_table()
            rows = []
        if found := _ITEM.match(line.strip()):
            composer.item(1, found[0].strip() if found[0][0].isdigit() else "-", line.strip()[found.end() :])
        else:
            composer.paragraph(line)
    return composer
