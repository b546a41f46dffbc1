"""The reader `outline`: Org as it stands, with the headings, code and tables of its markup, and AsciiDoc written anew.

Comments of Org are blanked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.values import Block, Document, LeftOut, row_cells
from steep_plugins.readers.asciidoc import read_asciidoc
from steep_plugins.readers.decoding import decoded, empty
from steep_plugins.readers.plain_blocks import plain_blocks
from steep_plugins.readers.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Source

_HEADING = re.compile(r"(?P<mark>\*{1,8})[ \t]+(?P<words>\S.*)$", re.MULTILINE)
_CODE = re.compile(
    r"^[ \t]*#\+begin_(?:src|example).*\n(?:.*\n){0,5000}?[ \t]*#\+end_(?:src|example).*$"
    r"|^[ \t]*:(?: .*)?$(?:\n[ \t]*:(?: .*)?$)*",
    re.MULTILINE | re.IGNORECASE,
)
# lines and blocks; in Org also what is said about headings, and trees that are commented out
_COMMENT = re.compile(
    r"^[ \t]*#\+begin_comment\b.*\n(?:.*\n){0,500}?[ \t]*#\+end_comment.*$|^[ \t]*#(?: .*)?$"
    r"|^[ \t]*:(?:PROPERTIES|LOGBOOK):[ \t]*\n(?:.*\n){0,200}?[ \t]*:END:[ \t]*$"
    r"|^(?P<stars>\*{1,8})[ \t]+COMMENT\b.*(?:\n(?!\*{1,8}[ \t])(?!\*).*|\n(?P=stars)\*+[ \t].*)*",
    re.MULTILINE | re.IGNORECASE,
)
_INCLUDED = re.compile(r"^#\+include:[ \t]*\"?([^\"\n]+)", re.MULTILINE | re.IGNORECASE)
_MARKS = re.compile(
    r"^[ \t]*(?:#\+(?:begin|end)_comment|#|:(?:PROPERTIES|LOGBOOK|END):|\*+ COMMENT)",
    re.MULTILINE | re.IGNORECASE,
)
_VISIBLE = re.compile(r"\S")
_TITLE = re.compile(r"^#\+title:[ \t]*(.+)$", re.MULTILINE | re.IGNORECASE)
_RULE = re.compile(r"\|[-+]+\|?$")


class OutlineReader:
    """Offsets of Org are those of the file."""

    def read(self, source: Source) -> Document:
        text = decoded(source.data, source.path)
        if not source.path.lower().endswith(".org"):
            return read_asciidoc(source.path, text)
        text, gone = _without_comments(text)
        if not text.strip():
            raise empty(source.path)
        gone += [LeftOut(reason="included from elsewhere", text=each[1]) for each in _INCLUDED.finditer(text)]
        stated = _TITLE.search(text)
        blocks = tuple(_blocks(text))
        return Document(
            path=source.path,
            text=text,
            title=_bare(stated[1] if stated else "") or _first(text, blocks) or title_of(source.path, text, ()),
            blocks=blocks,
            left_out=tuple(gone),
        )


def _without_comments(text: str) -> tuple[str, list[LeftOut]]:
    """The text, as long as it was, and what its comments said. Code keeps its own."""
    kept = [found.span() for found in _CODE.finditer(text)]
    pieces, gone, position = [], [], 0
    for found in _COMMENT.finditer(text):
        if any(start <= found.start() < end for start, end in kept):
            continue
        pieces += [text[position : found.start()], _VISIBLE.sub(" ", found[0])]
        position = found.end()
        if words := " ".join(_MARKS.sub("", found[0]).split()):
            gone.append(LeftOut(reason="comment", text=words))
    return "".join([*pieces, text[position:]]), gone


def _bare(words: str) -> str:
    return " ".join(words.split())


def _first(text: str, blocks: tuple[Block, ...]) -> str:
    """The words of the first heading of the first level."""
    found = next((block for block in blocks if block.kind == "heading" and block.level == 1), None)
    return text[found.start : found.end].lstrip("* ").strip() if found else ""


def _blocks(text: str) -> Iterator[Block]:
    end = 0
    for found in _CODE.finditer(text):
        yield from _outside(text, end, found.start(), _HEADING)
        yield Block(kind="code", start=found.start(), end=found.end())
        end = found.end()
    yield from _outside(text, end, len(text), _HEADING)


def _outside(text: str, start: int, end: int, heading: re.Pattern[str]) -> Iterator[Block]:
    """What stands outside of code: headings by their marks, the rest by the customs of plain text."""
    position = start
    for found in heading.finditer(text, start, end):
        if found.start() and text[found.start() - 1] != "\n":
            continue
        yield from _plain(text, position, found.start())
        level = min(6, len(found["mark"]))
        yield Block(kind="heading", start=found.start(), end=found.end(), level=level)
        position = found.end()
    yield from _plain(text, position, end)


def _plain(text: str, start: int, end: int) -> Iterator[Block]:
    header = True
    for block in plain_blocks(text[start:end]):
        left, right = block.start + start, block.end + start
        words = text[left:right]
        if block.kind == "heading":
            yield Block(kind="paragraph", start=left, end=right)
        elif block.kind == "row" and words.startswith("|"):
            if not _RULE.match(words):
                yield Block(
                    kind="row", start=left, end=right, level=1 if header else 2, cells=row_cells(text, left, right)
                )
                header = False
            continue
        else:
            yield Block(kind=block.kind, start=left, end=right, level=block.level)
        header = True
