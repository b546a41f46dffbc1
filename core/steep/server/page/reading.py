"""A document laid out as it was read: its blocks, with the cited words marked, where pages and passages begin.

A long document is shown part by part, cut where a block ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from steep.server.page.signs import HIDDEN, meant
from steep.values import Block, derived_blocks
from steep.wording import page_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.values import Document, Passage

__all__ = ["Leaf", "leaf"]

# characters of one part
_PART = 40_000
_HEADING = re.compile(r"#{1,6}[ \t]+")
_BULLET = re.compile(r"[-*+•][ \t]+")
# the line below a table's header, and other marks that say nothing
_RULE = re.compile(r"[\s|:+=*_-]*")


class Run(NamedTuple):
    """Words, whether they are the cited ones (the first of them carries the anchor), and the passage they begin.

    ``style`` names the element that they are shown as: strong, em, code.
    """

    text: str
    marked: bool = False
    first: bool = False
    passage: int = 0
    style: str = ""


class Piece(NamedTuple):
    """A block, or the rows of a table; ``page`` names the page that begins with it."""

    kind: str
    level: int
    runs: tuple[Run, ...] = ()
    rows: tuple[tuple[bool, tuple[tuple[Run, ...], ...]], ...] = ()
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One part of a document, of ``parts``, counted from 1; ``found`` says whether the cited words stand in it."""

    pieces: tuple[Piece, ...]
    part: int
    parts: int
    found: bool


def leaf(
    document: Document, passages: Sequence[Passage], *, marked: tuple[int, int] | None = None, part: int | None = None
) -> Leaf:
    """The part that holds the marked words, or the one that is asked for."""
    parts = _parts(_whole(document))
    holding = next((number for number, blocks in enumerate(parts) if marked and blocks[-1].end > marked[0]), 0)
    chosen = min(max(part - 1, 0), len(parts) - 1) if part is not None else holding
    setter = _Setter(document, marked, {passage.start: number for number, passage in enumerate(passages, start=1)})
    pieces = tuple(setter.pieces(parts[chosen])) if parts else ()
    return Leaf(pieces=pieces, part=chosen + 1, parts=max(1, len(parts)), found=setter.found)


def _whole(document: Document) -> list[Block]:
    """The blocks, and as paragraphs the words that stand in none."""
    text, position, whole = document.text, 0, []
    for block in (*(document.blocks or derived_blocks(text)), None):
        start = block.start if block else len(text)
        if start > position and not _RULE.fullmatch(text, position, start):
            whole.append(Block(kind="paragraph", start=position, end=start))
        if block:
            whole.append(block)
            position = max(position, block.end)
    return whole


def _parts(blocks: Sequence[Block]) -> list[list[Block]]:
    parts: list[list[Block]] = []
    for block in blocks:
        if not parts or block.end - parts[-1][0].start > _PART:
            parts.append([])
        parts[-1].append(block)
    return parts


class _Setter:
    """Sets the blocks of one document."""

    def __init__(self, document: Document, marked: tuple[int, int] | None, passages: dict[int, int]) -> None:
        self._document = document
        self._marked = marked or (0, 0)
        self._passages = passages
        self._page: int | None = None
        self.found = False

    def pieces(self, blocks: Sequence[Block]) -> Iterator[Piece]:
        for table, group in groupby(blocks, key=lambda block: block.kind == "row"):
            if table:
                yield from self._tables(list(group))
            else:
                yield from (self._piece(block) for block in group)

    def _piece(self, block: Block) -> Piece:
        page = self._turned(block.start)
        start, end = block.start, block.end
        text = self._document.text
        level = block.level
        if block.kind == "heading" and (found := _HEADING.match(text, start, end)):
            start = found.end()
        if block.kind == "item" and (found := _BULLET.match(text, start, end)):
            start = found.end()
        elif block.kind == "item":
            level += 10  # numbered: its marker is part of its words
        verbatim = block.kind == "code"
        return Piece(kind=block.kind, level=level, runs=tuple(self._runs(start, end, verbatim=verbatim)), page=page)

    def _tables(self, rows: Sequence[Block]) -> Iterator[Piece]:
        """Rows as tables; a header begins a new one."""
        begun: list[Block] = []
        for row in rows:
            if begun and (row.level == 1 or self._turns(row.start)):
                yield self._table(begun)
                begun = []
            begun.append(row)
        yield self._table(begun)

    def _table(self, rows: Sequence[Block]) -> Piece:
        page = self._turned(rows[0].start)
        cells = tuple((row.level == 1, tuple(self._cells(row))) for row in rows)
        return Piece(kind="table", level=0, rows=cells, page=page)

    def _cells(self, row: Block) -> Iterator[tuple[Run, ...]]:
        """The cells; one that begins a passage, or a citation, says so even where that is at the row's bar."""
        begin = row.start
        for start, end in row.cells or ((row.start, row.end),):
            yield tuple(self._runs(start, end, begin=begin))
            begin = end

    def _turns(self, offset: int) -> bool:
        return self._document.page_at(offset) != self._page

    def _turned(self, offset: int) -> str:
        """The name of the page that begins here, "" on the page before."""
        page = self._document.page_at(offset)
        if page is None or page == self._page:
            return ""
        self._page = page
        return page_name(self._document.path, page).capitalize()

    def _runs(self, start: int, end: int, begin: int | None = None, *, verbatim: bool = False) -> Iterator[Run]:
        """The words from ``start`` to ``end``, cut where the marked ones, passages and signs begin and end.

        A sign is not shown, unless they are ``verbatim``.
        """
        text, (first, last) = self._document.text, self._marked
        begin = start if begin is None else begin
        passages = {max(at, start): number for at, number in self._passages.items() if begin <= at < end}
        shown = [(start, end, "")] if verbatim else list(meant(self._document.path, text, start, end))
        spans = iter(shown)
        _, until, style = next(spans, (start, end, ""))
        inner = (each for each in (first, last, *(left for left, _, _ in shown)) if start < each < end)
        for left, right in pairwise(sorted({start, end, *passages, *inner})):
            while left >= until:
                _, until, style = next(spans)
            passage = passages.get(left, 0)
            if style != HIDDEN:
                marked = first <= left < last
                yield Run(text[left:right], marked, marked and not self.found, passage, style)
                self.found = self.found or marked
            elif passage:
                yield Run("", passage=passage)
