"""What belongs to a passage that begins or ends within a table or a list: what stands before it, and that it is cut."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from steep.language import language_of, sentence_spans
from steep.values import lists_of, row_runs

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


def whole_stretches(text: str, blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Where a section's tables and lists stand, from their first row or item to the last."""
    tables = [(run[0].start, run[-1].end) for run in row_runs(text, blocks)]
    return tables + [(each.items[0].line, each.items[-1].end) for each in lists_of(text, blocks)]


def cuts(stretches: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether one of the stretches goes on across a place."""
    return any(start < at < end for start, end in stretches)


def _header(text: str, blocks: Sequence[Block], at: int, start: int) -> str:
    first = at - len(list(itertools.takewhile(_is_row, reversed(blocks[:at]))))
    rows = list(itertools.takewhile(_is_row, blocks[first:]))
    for table in row_runs(text, rows):
        if table[-1].end > start:
            header = table[0].level in (0, 1) and table[0].end <= start
            return _within(text[table[0].start : table[0].end]) if header else ""
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
