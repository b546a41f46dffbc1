"""Blocks of Markdown-like text that came without any: passages made by hand, rows for training, quoted text.

A document's blocks are its reader's to tell; this knows lines alone, and what it cannot be sure of it leaves open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from steep.values.text import Block, BlockKind

_LINE = re.compile(r"[^\n]+")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)])[ \t]+\S")
_HEADING = re.compile(r"#{1,6}[ \t]")
_RULE = re.compile(r"\|(?:[ \t]*:?-+:?[ \t]*\|)+$")
_FENCE = re.compile(r"`{3,}|~{3,}")


@lru_cache(maxsize=1024)
def derived_blocks(text: str) -> tuple[Block, ...]:
    """The blocks, in order. A table's first row has level 1 only where a rule stands below it, and else 0."""
    lines = _Lines()
    for found in _LINE.finditer(text):
        words = found.group().strip()
        if words:
            start = found.start() + len(found.group()) - len(found.group().lstrip())
            lines.take(words, start, indent=start - found.start(), blank=text.count("\n", lines.end, start) > 1)
    return tuple(lines.blocks)


@dataclass(slots=True)
class _Lines:
    """The blocks of the lines taken so far; the last one may still grow."""

    blocks: list[Block] = field(default_factory=list)
    end: int = 0
    indents: list[int] = field(default_factory=list)  # of the items that are open, outermost first
    rows: int = 0  # of the table that is open
    fence: str = ""  # what ends the code that is open

    def take(self, words: str, start: int, *, indent: int, blank: bool) -> None:
        end = start + len(words)
        last = self.blocks[-1].kind if self.blocks else None
        if self.fence:
            self._grow(end)
            self.fence = "" if words.startswith(self.fence) and not words.strip(self.fence[0]) else self.fence
        elif fence := _FENCE.match(words):
            self._begin("code", start, end)
            self.fence = fence.group()
        elif _HEADING.match(words):
            self._begin("heading", start, end, level=len(words) - len(words.lstrip("#")))
        elif words.startswith("|"):
            self._row(words, start, end, blank=blank)
        elif _ITEM.match(words):
            self._item(start, end, indent)
        elif last is not None and self._runs_on(last, words, indent, blank=blank):
            self._grow(end)
        else:
            self._begin("quote" if words.startswith(">") else "paragraph", start, end)
        self.end = end

    def _runs_on(self, last: BlockKind, words: str, indent: int, *, blank: bool) -> bool:
        """Whether a line that begins nothing goes on with the block before it."""
        if last == "item":
            return not blank or indent > self.indents[0]
        return not blank and (last == "quote" or (last == "paragraph" and words[0] != ">"))

    def _begin(self, kind: BlockKind, start: int, end: int, *, level: int = 0) -> None:
        self.blocks.append(Block(kind=kind, start=start, end=end, level=level))

    def _grow(self, end: int) -> None:
        self.blocks[-1] = replace(self.blocks[-1], end=end)

    def _item(self, start: int, end: int, indent: int) -> None:
        if self.blocks and self.blocks[-1].kind != "item":
            self.indents = []
        while self.indents and self.indents[-1] > indent:
            self.indents.pop()
        if not self.indents or self.indents[-1] < indent:
            self.indents.append(indent)
        self._begin("item", start, end, level=len(self.indents))

    def _row(self, words: str, start: int, end: int, *, blank: bool) -> None:
        if blank or not self.blocks or self.blocks[-1].kind != "row":
            self.rows = 0
        if not _RULE.match(words):
            self._begin("row", start, end, level=2 if self.rows and self.blocks[-1].level else 0)
            self.rows += 1
        elif self.rows == 1:
            self.blocks[-1] = replace(self.blocks[-1], level=1)
