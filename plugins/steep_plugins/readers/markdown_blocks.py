"""Blocks of Markdown, from the line maps of markdown-it; within a line only HTML is looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from steep.values import Block, BlockKind, LeftOut, row_cells
from steep_plugins.readers.enumerated import with_items
from steep_plugins.readers.markdown_hidden import without_references
from steep_plugins.readers.markdown_html import Leaf, without_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_COMMENT = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_CODE = ("fence", "code_block")


_SAID = ("fence", "code_block", "html_block", "heading_open", "paragraph_open", "tr_open")
# HTML that shows its characters
_VERBATIM = re.compile(r"\s*<(?:pre|textarea)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """``text`` is as long as what was read; ``blocks`` are offsets into both."""

    text: str
    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...]


def read_markdown(text: str, offset: int = 0) -> Marked:
    """The blocks of ``text[offset:]``, in order, and the text without HTML that says nothing."""
    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    tokens, lines = parser.parse(text[offset:]), _lines(text, offset)
    cleared, left_out = without_html(text, _leaves(tokens, lines))
    taken = {line for token in tokens if token.map and token.type in _SAID
             for line in range(*token.map)}  # fmt: skip
    cleared, comments = without_references(cleared, offset, taken)
    blocks = with_items(cleared, list(_Walk(cleared, lines).blocks(tokens)))
    return Marked(text=cleared, blocks=blocks, left_out=(*left_out, *comments))


def markdown_blocks(text: str) -> tuple[Block, ...]:
    """The blocks alone."""
    return read_markdown(text).blocks


def _lines(text: str, offset: int) -> list[int]:
    """Where lines begin, and where the last one ends."""
    lines = [offset]
    position = text.find("\n", offset)
    while position >= 0:
        lines.append(position + 1)
        position = text.find("\n", position + 1)
    return [*lines, len(text)]


def _leaves(tokens: list[Token], lines: list[int]) -> Iterator[Leaf]:
    """What may hold HTML: all that is no code."""
    for token in tokens:
        html = token.type == "html_block"
        if token.map is None or token.nesting < 0 or (html and _VERBATIM.match(token.content)):
            continue
        if html or token.type in ("heading_open", "paragraph_open", "tr_open"):
            first, last = token.map
            one_line = token.type in ("heading_open", "tr_open")
            yield Leaf(start=lines[first], end=lines[min(last, len(lines) - 1)], one_line=one_line, html=html)


def _says(html: str) -> bool:
    """Whether more than tags and comments is in it; a comment that nothing closes is not looked for its end."""
    closed = html.rfind("-->") + 3 if "-->" in html else 0
    return bool(_COMMENT.sub("", html[:closed]).strip() or _TAG.sub("", html[closed:]).strip())


@dataclass(slots=True)
class _Walk:
    """Goes through block tokens, and remembers the lists and quotes it is inside of."""

    text: str
    lines: list[int]  # where they begin
    items: list[int] = field(default_factory=list)  # the line each open list item begins at; -1 once it was taken
    quotes: int = 0
    header: bool = False

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
            elif token.type == "html_block" and _says(token.content):
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
