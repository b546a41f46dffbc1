"""What stands before a passage and belongs to it, where the passage begins within a table or a list."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from steep.language import language_of, sentence_spans
from steep_plugins.splitters.units import tables_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Block

_LONGEST = 300  # characters; what is longer is no header and leads into nothing


def lead_into(text: str, blocks: Sequence[Block], start: int) -> str:
    """The header of the table that a passage from ``start`` goes on with, or the sentence that its list follows.

    ``blocks`` are those of the passage's section, in order. "" where the passage holds them itself, or there is none.
    """
    at = next((number for number, block in enumerate(blocks) if block.end > start), None)
    if at is None:
        return ""
    if blocks[at].kind == "row":
        return _header(text, blocks, at, start)
    if blocks[at].kind == "item":
        return _sentence_before(text, blocks, at, start)
    return ""


def _header(text: str, blocks: Sequence[Block], at: int, start: int) -> str:
    first = at - len(list(itertools.takewhile(_is_row, reversed(blocks[:at]))))
    rows = list(itertools.takewhile(_is_row, blocks[first:]))
    for table in tables_of(text, rows):
        if table[-1].end > start:
            above = [row for row in table if row.level == 1 and row.end <= start]
            return _within("\n".join(text[row.start : row.end] for row in above))
    return ""


def _sentence_before(text: str, blocks: Sequence[Block], at: int, start: int) -> str:
    """The last sentence of the paragraph that stands right before the list."""
    before = next((block for block in reversed(blocks[:at]) if block.kind != "item"), None)
    if before is None or before.kind != "paragraph" or before.end > start:
        return ""
    piece = text[before.start : before.end]
    *_, (first, last) = sentence_spans(piece, language_of(piece))
    return _within(piece[first:last])


def _is_row(block: Block) -> bool:
    return block.kind == "row"


def _within(words: str) -> str:
    return words if len(words) <= _LONGEST else ""
