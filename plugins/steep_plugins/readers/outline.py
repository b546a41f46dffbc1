"""The reader `outline`: Org and AsciiDoc, as they stand, with the headings, code and tables of their markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.values import Block, Document, row_cells
from steep_plugins.readers.decoding import decoded
from steep_plugins.readers.plain_blocks import plain_blocks
from steep_plugins.readers.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Source

_ORG = re.compile(r"(?P<mark>\*{1,8})[ \t]+(?P<words>\S.*)$", re.MULTILINE)
_ADOC = re.compile(r"(?P<mark>={1,6})[ \t]+(?P<words>\S.*)$", re.MULTILINE)
_ORG_CODE = re.compile(
    r"^[ \t]*#\+begin_(?:src|example).*\n(?:.*\n)*?[ \t]*#\+end_(?:src|example).*$", re.MULTILINE | re.IGNORECASE
)
_ADOC_CODE = re.compile(r"^(?P<fence>-{4,}|\.{4,}|`{3,})[ \t]*\n(?:.*\n)*?(?P=fence)[ \t]*$", re.MULTILINE)
_TITLE = re.compile(r"^#\+title:[ \t]*(.+)$", re.MULTILINE | re.IGNORECASE)
_RULE = re.compile(r"\|[-+]+\|?$")


class OutlineReader:
    """Offsets are those of the file."""

    def read(self, source: Source) -> Document:
        text = decoded(source.data, source.path)
        org = source.path.lower().endswith(".org")
        blocks = tuple(_blocks(text, org=org))
        stated = _TITLE.search(text) if org else None
        return Document(
            path=source.path,
            text=text,
            title=_bare(stated[1] if stated else "") or _first(text, blocks) or title_of(source.path, text, ()),
            blocks=blocks,
        )


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
