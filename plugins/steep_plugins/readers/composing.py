"""Text and its blocks, written side by side: what every reader of a structured format ends in.

The text is Markdown-like, so that one set of rules reads all formats; nobody parses it again to find the blocks.
Offsets are exact whatever the words look like: a paragraph that begins with ``#`` stays a paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.values import Block, Document
from steep_plugins.readers.decoding import empty
from steep_plugins.readers.enumerated import with_items
from steep_plugins.readers.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import BlockKind, LeftOut
    from steep_plugins.readers.grids import Grid

_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BREAKS = re.compile(r" *\n[ \n]*")


def one_line(words: str) -> str:
    """The words with single spaces, no line break among them."""
    return " ".join(_CONTROL.sub(" ", words).split())


def lines(words: str) -> str:
    """The words with single spaces; line breaks stay, blank lines go."""
    return _BREAKS.sub("\n", _SPACES.sub(" ", _CONTROL.sub(" ", words))).strip()


@dataclass(slots=True)
class Composer:
    """Blocks in the order in which they are written; what has no words is not written."""

    blocks: list[Block] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _last: str = ""

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def length(self) -> int:
        return self._length

    def document(
        self, path: str, *, declared: str = "", pages: Sequence[int] = (), left_out: Sequence[LeftOut] = ()
    ) -> Document:
        """What was written, as a document; raises SourceError where nothing was. ``declared`` is a title it states."""
        if not self.blocks:
            raise empty(path)
        text = self.text
        blocks = with_items(text, self.blocks)
        return Document(
            path=path,
            text=text,
            title=title_of(path, text, blocks, declared=declared),
            blocks=blocks,
            pages=tuple(pages),
            left_out=tuple(left_out),
        )

    def heading(self, level: int, words: str) -> None:
        if said := one_line(words):
            self._write("heading", f"{'#' * level} {said}", level=level)

    def paragraph(self, words: str, kind: BlockKind = "paragraph") -> None:
        if said := lines(words):
            self._write(kind, said)

    def quote(self, words: str) -> None:
        if said := lines(words):
            self._write("quote", "\n".join(f"> {line}" for line in said.split("\n")))

    def item(self, level: int, marker: str, words: str) -> None:
        """An item of a list; "" for the marker of what goes on with the item before."""
        if said := lines(words):
            indent = "  " * (level - 1)
            begin = f"{indent}{marker} " if marker else f"{indent}  "
            self._write("item", said.replace("\n", f"\n{indent}  "), level=level, before=begin, marked=bool(marker))

    def code(self, words: str) -> None:
        said = "\n".join(line.rstrip() for line in _CONTROL.sub(" ", words).split("\n")).strip("\n")
        if said.strip():
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", said)), default=0))
            self._write("code", f"{fence}\n{said}\n{fence}")

    def table(self, grid: Grid) -> None:
        """A line a row; the header, if there is one, is the first, with the line below it that Markdown wants."""
        for number, row in enumerate(([grid.header] if grid.header else []) + list(grid.rows)):
            if not any(row):
                continue
            first = number == 0 and bool(grid.header)
            self._row(row, level=1 if first else 2)
            if first:
                self._put("\n|" + " --- |" * len(row))

    def _row(self, row: Sequence[str], *, level: int) -> None:
        self._part("row")
        start, cells, said = self._length, [], "|"
        for words in row:
            shown = one_line(words).replace("|", "\\|")
            cells.append((start + len(said) + 1, start + len(said) + 1 + len(shown)))
            said += f" {shown} |" if shown else "  |"
        self._put(said)
        self.blocks.append(Block(kind="row", start=start, end=self._length, level=level, cells=tuple(cells)))
        self._last = "row"

    def _write(self, kind: BlockKind, said: str, *, level: int = 0, before: str = "", marked: bool = False) -> None:
        self._part(kind)
        indent = len(before) - len(before.lstrip())
        self._put(before[:indent] if marked else before)
        start = self._length
        self._put((before[indent:] if marked else "") + said)
        self.blocks.append(Block(kind=kind, start=start, end=self._length, level=level))
        self._last = kind

    def _part(self, kind: str) -> None:
        """A blank line between blocks; none between the items of a list or the rows of a table."""
        if self._length:
            self._put("\n" if kind == self._last and kind in ("item", "row") else "\n\n")

    def begin(self) -> int:
        """Leave a blank line, and say where what is added next begins."""
        self._last = ""
        self._part("")
        return self._length

    def add(self, text: str) -> None:
        """Text whose blocks the caller adds."""
        self._put(text)

    def end_table(self) -> None:
        """What follows is another table, even where it is rows again."""
        self._last = ""

    def _put(self, said: str) -> None:
        self._parts.append(said)
        self._length += len(said)
