"""The reader `outline`: Org and AsciiDoc, as they stand, with the headings, code and tables of their markup.

Comments are blanked. Tables of AsciiDoc are written anew, since their cells may stand anywhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.values import Block, Document, LeftOut, row_cells
from steep_plugins.readers.asciidoc import TABLE, table_grid, table_title
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.decoding import decoded
from steep_plugins.readers.plain_blocks import plain_blocks
from steep_plugins.readers.titles import title_of
from steep_plugins.readers.writing import write_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Source

_ORG = re.compile(r"(?P<mark>\*{1,8})[ \t]+(?P<words>\S.*)$", re.MULTILINE)
_ADOC = re.compile(r"(?P<mark>={1,6})[ \t]+(?P<words>\S.*)$", re.MULTILINE)
_ORG_CODE = re.compile(
    r"^[ \t]*#\+begin_(?:src|example).*\n(?:.*\n){0,5000}?[ \t]*#\+end_(?:src|example).*$"
    r"|^[ \t]*:(?: .*)?$(?:\n[ \t]*:(?: .*)?$)*",
    re.MULTILINE | re.IGNORECASE,
)
_ADOC_CODE = re.compile(r"^(?P<fence>-{4,}|\.{4,}|`{3,})[ \t]*\n(?:.*\n){0,5000}?(?P=fence)[ \t]*$", re.MULTILINE)
# lines and blocks; in Org also what is said about headings, and trees that are commented out
_ORG_COMMENT = re.compile(
    r"^[ \t]*#\+begin_comment\b.*\n(?:.*\n){0,500}?[ \t]*#\+end_comment.*$|^[ \t]*#(?: .*)?$"
    r"|^[ \t]*:(?:PROPERTIES|LOGBOOK):[ \t]*\n(?:.*\n){0,200}?[ \t]*:END:[ \t]*$"
    r"|^(?P<stars>\*{1,8})[ \t]+COMMENT\b.*(?:\n(?!\*{1,8}[ \t])(?!\*).*|\n(?P=stars)\*+[ \t].*)*",
    re.MULTILINE | re.IGNORECASE,
)
_ADOC_COMMENT = re.compile(r"^/{4,}[ \t]*\n(?:.*\n){0,5000}?/{4,}[ \t]*$|^//(?!/).*$", re.MULTILINE)
_INCLUDED = re.compile(r"^(?:include::|#\+include:[ \t]*)\"?([^\[\"\n]+)", re.MULTILINE | re.IGNORECASE)
_MARKS = re.compile(
    r"^[ \t]*(?:/{2,}|#\+(?:begin|end)_comment|#|:(?:PROPERTIES|LOGBOOK|END):|\*+ COMMENT)",
    re.MULTILINE | re.IGNORECASE,
)
_VISIBLE = re.compile(r"\S")
_TITLE = re.compile(r"^#\+title:[ \t]*(.+)$", re.MULTILINE | re.IGNORECASE)
_RULE = re.compile(r"\|[-+]+\|?$")


class OutlineReader:
    """Offsets are those of the file, but where a table of AsciiDoc was written anew."""

    def read(self, source: Source) -> Document:
        org = source.path.lower().endswith(".org")
        text, gone = _without_comments(decoded(source.data, source.path), org=org)
        gone += [LeftOut(reason="included from elsewhere", text=each[1]) for each in _INCLUDED.finditer(text)]
        stated = _TITLE.search(text) if org else None
        text, blocks = (text, tuple(_blocks(text, org=True))) if org else _with_tables(text)
        return Document(
            path=source.path,
            text=text,
            title=_bare(stated[1] if stated else "") or _first(text, blocks) or title_of(source.path, text, ()),
            blocks=blocks,
            left_out=tuple(gone),
        )


def _without_comments(text: str, *, org: bool) -> tuple[str, list[LeftOut]]:
    """The text, as long as it was, and what its comments said. Code keeps its own."""
    code, comment = (_ORG_CODE, _ORG_COMMENT) if org else (_ADOC_CODE, _ADOC_COMMENT)
    kept = [found.span() for found in code.finditer(text)]
    pieces, gone, position = [], [], 0
    for found in comment.finditer(text):
        if any(start <= found.start() < end for start, end in kept):
            continue
        pieces += [text[position : found.start()], _VISIBLE.sub(" ", found[0])]
        position = found.end()
        if words := " ".join(_MARKS.sub("", found[0]).split()):
            gone.append(LeftOut(reason="comment", text=words))
    return "".join([*pieces, text[position:]]), gone


def _with_tables(text: str) -> tuple[str, tuple[Block, ...]]:
    if not TABLE.search(text):
        return text, tuple(_blocks(text, org=False))
    composer = Composer()
    position = 0
    for found in TABLE.finditer(text):
        _as_it_stands(composer, text[position : found.start()])
        composer.paragraph(table_title(found))
        composer.end_table()
        composer.table(table_grid(found))
        composer.end_table()
        position = found.end()
    _as_it_stands(composer, text[position:])
    return composer.text, tuple(composer.blocks)


def _as_it_stands(composer: Composer, text: str) -> None:
    words = text.strip("\n").rstrip()
    write_blocks(composer, words, tuple(_blocks(words, org=False)))


def _bare(words: str) -> str:
    return " ".join(words.split())


def _first(text: str, blocks: tuple[Block, ...]) -> str:
    """The words of the first heading of the first level."""
    found = next((block for block in blocks if block.kind == "heading" and block.level == 1), None)
    return text[found.start : found.end].lstrip("*=# ").strip() if found else ""


def _blocks(text: str, *, org: bool) -> Iterator[Block]:
    heading, code = (_ORG, _ORG_CODE) if org else (_ADOC, _ADOC_CODE)
    end = 0
    for found in code.finditer(text):
        yield from _outside(text, end, found.start(), heading)
        yield Block(kind="code", start=found.start(), end=found.end())
        end = found.end()
    yield from _outside(text, end, len(text), heading)


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
