"""Blocks of plain text: underlined, numbered and capital headings, list items, and lines of a table or a form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.values import Block
from steep_plugins.readers.enumerated import with_items

if TYPE_CHECKING:
    from collections.abc import Iterator

_HASHES = re.compile(r"(#{1,6})[ \t]+\S")
_UNDERLINE = re.compile(r"([=\-~^\"'#*+.`:_])\1{2,}[ \t]*$")
_ITEM = re.compile(r"[ \t]*(?:[-*+•·‣]|\d{1,3}[.)]|[a-z][.)]|\(\w{1,3}\))[ \t]+\S")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})\.?[ \t]+[A-Z]")
# "Name ..... 205", "To:    all masters", columns set apart by tabs, "| a | b |"
_ROW = re.compile(r"[^\n]*?(?:\.{4,}[ \t]*\S|\S(?:\t+| {3,})\S)|[ \t]*\|[^\n]*\|[ \t]*$|\w[\w ]{0,24}:[ \t]{2,}\S")
_RULE = re.compile(r"[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$")
_LONGEST_HEADING = 90


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str


def plain_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a plain text, in order; linear in its length."""
    marks: list[str] = []
    return with_items(text, [block for lines in _paragraphs(text) for block in _blocks(lines, marks)])


def _paragraphs(text: str) -> Iterator[list[_Line]]:
    """Runs of lines without a blank one between; each line without the white space around it."""
    lines: list[_Line] = []
    position = 0
    for raw in text.split("\n"):
        words = raw.strip()
        if words:
            start = position + len(raw) - len(raw.lstrip())
            lines.append(_Line(start, start + len(words), raw.rstrip()))
        elif lines:
            yield lines
            lines = []
        position += len(raw) + 1
    if lines:
        yield lines


def _blocks(lines: list[_Line], marks: list[str]) -> Iterator[Block]:
    rest = lines
    level, length = _heading(lines, marks)
    if level:
        yield Block(kind="heading", start=lines[0].start, end=lines[length - 1].end, level=level)
        rest = lines[length:]
    held: list[_Line] = []
    held_item = False
    for line in rest:
        row = bool(_ROW.match(line.text[:300]))
        item = not row and bool(_ITEM.match(line.text))
        if (row or item) and held:
            yield _joined(held, item=held_item)
            held = []
        if row and not _RULE.match(line.text):
            headed = line.text.lstrip().startswith("|")  # as rows of a table, of which the first may be a header
            yield Block(kind="row", start=line.start, end=line.end, level=0 if headed else 2)
        elif row:
            continue
        else:
            held_item = held_item if held else item
            held.append(line)
    if held:
        yield _joined(held, item=held_item)


def _joined(lines: list[_Line], *, item: bool) -> Block:
    start, end = lines[0].start, lines[-1].end
    return Block(kind="item", start=start, end=end, level=1) if item else Block(kind="paragraph", start=start, end=end)


def _heading(lines: list[_Line], marks: list[str]) -> tuple[int, int]:
    """The level of the heading that a paragraph begins with, 0 for none, and how many lines it takes."""
    first = lines[0].text.strip()
    if len(first) > _LONGEST_HEADING:
        return 0, 0
    if hashes := _HASHES.match(first):
        return len(hashes.group(1)), 1
    if len(lines) > 1 and _underlines(lines[1].text, first):
        mark = lines[1].text.strip()[0]
        if mark not in marks:
            marks.append(mark)  # as reStructuredText has it: the first mark met is the outermost
        return min(6, marks.index(mark) + 1), 2
    if numbered := _NUMBERED.match(first):
        return (
            (min(6, numbered.group(1).count(".") + 1), 1) if len(lines) == 1 and first[-1] not in ".;:,?!" else (0, 0)
        )
    return (2 if marks else 1, 1) if _capitals(first) else (0, 0)


def _underlines(line: str, title: str) -> bool:
    found = _UNDERLINE.match(line.strip())
    return bool(found) and len(line.strip()) >= len(title) - 2 and not _UNDERLINE.match(title)


def _capitals(line: str) -> bool:
    letters = [character for character in line if character.isalpha()]
    return len(letters) > 3 and line.isupper() and not _ROW.match(line) and line[-1] not in ".;,"
