"""Cuts a document into units that a passage should not tear: sentences, items, rows, pieces of code.

Every cut is linear in the text, whatever its lines are like.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.language import sentence_spans
from steep.values import row_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.language import Language
    from steep.values import Block, Document

_WORD = re.compile(r"\S+")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_CLAUSE = (",", ";", ":", "—", "–", "،", "，", "；", "、")
_LONGEST = 400  # characters without white space that are kept in one piece


@dataclass(frozen=True, slots=True)
class Unit:
    """``text[start:end]`` with its weight in words; ``prose`` units may be shared by neighbouring passages."""

    start: int
    end: int
    weight: int
    prose: bool


def weigh(text: str) -> int:
    """Words; text without spaces counts by its characters (ideographs one by one, other runs by twelve)."""
    return max(len(text.split()), len(text) // 12, len(_IDEOGRAPH.findall(text)))


def units_of(document: Document, blocks: list[Block], limit: int, language: Language) -> Iterator[Unit]:
    """The units of a section's blocks in order; none heavier than the limit, save a run without white space."""
    for kind, group in itertools.groupby(blocks, key=lambda block: block.kind):
        if kind == "row":
            yield from _rows(document.text, list(group), limit, language)
        else:
            for block in group:
                yield from _block(document.text, block, limit, language)


def _rows(text: str, rows: list[Block], limit: int, language: Language) -> Iterator[Unit]:
    # a table that fits stays whole, so that its header remains above its rows
    for table in row_runs(text, rows):
        start, end = table[0].start, table[-1].end
        weight = weigh(text[start:end])
        if weight <= limit:
            yield Unit(start, end, weight, prose=False)
        else:
            for row in table:
                yield from _block(text, row, limit, language)


def _block(text: str, block: Block, limit: int, language: Language) -> Iterator[Unit]:
    piece = text[block.start : block.end]
    if block.kind in ("paragraph", "quote"):
        for start, end in sentence_spans(piece, language):
            yield from _fitting(text, block.start + start, block.start + end, limit, prose=True)
    elif weigh(piece) <= limit or block.kind != "item":
        yield from _fitting(text, block.start, block.end, limit, prose=False)
    else:
        for start, end in sentence_spans(piece, language):
            yield from _fitting(text, block.start + start, block.start + end, limit, prose=True)


def _fitting(text: str, start: int, end: int, limit: int, *, prose: bool) -> Iterator[Unit]:
    weight = weigh(text[start:end])
    if weight <= limit:
        yield Unit(start, end, weight, prose=prose)
        return
    for first, last in _cuts(text, start, end, limit):
        yield Unit(first, last, weigh(text[first:last]), prose=False)


def _cuts(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """Pieces of about ``limit`` words, cut at the best place in the second half of each: line, clause, word."""
    window: list[tuple[int, int]] = []
    held = 0
    for word in _words(text, start, end):
        weight = weigh(text[word[0] : word[1]])
        if window and held + weight > limit:
            keep = _best_cut(text, window)
            yield window[0][0], window[keep - 1][1]
            window = window[keep:]
            held = sum(weigh(text[first:last]) for first, last in window)
        window.append(word)
        held += weight
    if window:
        yield window[0][0], window[-1][1]


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in _WORD.finditer(text, start, end):
        first, last = found.span()
        step = 20 if _IDEOGRAPH.search(text, first, last) else _LONGEST
        for position in range(first, last, step):
            yield position, min(position + step, last)


def _best_cut(text: str, window: list[tuple[int, int]]) -> int:
    """How many words of the window to keep together: at least half of them."""
    half = max(1, len(window) // 2)
    for count in range(len(window) - 1, half, -1):
        if "\n" in text[window[count - 1][1] : window[count][0]]:
            return count
    for count in range(len(window), half, -1):
        if text[window[count - 1][0] : window[count - 1][1]].endswith(_CLAUSE):
            return count
    return len(window)
