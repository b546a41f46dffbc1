"""Blocks of Markdown, from the line maps of markdown-it; what stands within a line is not parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from steep.values import Block, BlockKind, row_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_COMMENT = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_CODE = ("fence", "code_block")


def markdown_blocks(text: str, offset: int = 0) -> tuple[Block, ...]:
    """The blocks of ``text[offset:]``, in order, as offsets into ``text``."""
    body = text[offset:]
    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    return tuple(_Walk(text, offset).blocks(parser.parse(body)))


@dataclass(slots=True)
class _Walk:
    """Goes through block tokens, and remembers the lists and quotes it is inside of."""

    text: str
    offset: int
    lines: list[int] = field(init=False)
    items: list[int] = field(default_factory=list)  # the line each open list item begins at; -1 once it was taken
    quotes: int = 0
    header: bool = False

    def __post_init__(self) -> None:
        self.lines = [self.offset]
        position = self.text.find("\n", self.offset)
        while position >= 0:
            self.lines.append(position + 1)
            position = self.text.find("\n", position + 1)
        self.lines.append(len(self.text))

    def blocks(self, tokens: list[Token]) -> Iterator[Block]:
        for token in tokens:
            self._enter(token)
            if token.map is None or token.nesting < 0:
                continue
            first, last = token.map
            if token.type == "heading_open":
                yield from self._block("heading", first, last, int(token.tag[1:]))
            elif token.type == "paragraph_open":
                yield from self._paragraph(first, last)
            elif token.type in _CODE:
                yield from self._block("code", first, last, 0)
            elif token.type == "tr_open":
                yield from self._block("row", first, last, 1 if self.header else 2)
            elif token.type == "html_block" and _COMMENT.sub("", token.content).strip():
                yield from self._block("paragraph", first, last, 0)

    def _enter(self, token: Token) -> None:
        if token.type == "list_item_open":
            self.items.append(token.map[0] if token.map else -1)
        elif token.type == "list_item_close":
            self.items.pop()
        elif token.type == "blockquote_open":
            self.quotes += 1
        elif token.type == "blockquote_close":
            self.quotes -= 1
        elif token.type in ("thead_open", "thead_close"):
            self.header = token.type == "thead_open"

    def _paragraph(self, first: int, last: int) -> Iterator[Block]:
        if self.items:
            first = self.items[-1] if self.items[-1] >= 0 else first
            self.items[-1] = -1
            yield from self._block("item", first, last, len(self.items))
        else:
            yield from self._block("quote" if self.quotes else "paragraph", first, last, 0)

    def _block(self, kind: BlockKind, first: int, last: int, level: int) -> Iterator[Block]:
        start, end = self.lines[first], self.lines[min(last, len(self.lines) - 1)]
        while end > start and self.text[end - 1].isspace():
            end -= 1
        while kind != "code" and start < end and self.text[start].isspace():
            start += 1
        if start < end:
            cells = row_cells(self.text, start, end) if kind == "row" else ()
            yield Block(kind=kind, start=start, end=end, level=level, cells=cells)
