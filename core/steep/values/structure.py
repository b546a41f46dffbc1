"""Tables and lists, told from blocks: the one place that knows which rows and items belong together.

Ranges are character offsets into the text that is handed over with its blocks: a document's, or a passage's.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.values.derived import derived_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.values.text import Block, Passage

_BAR = re.compile(r"(?<!\\)\|")  # one that is escaped is part of a cell, and so is one in code
_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_MARKER = re.compile(
    r"(?P<marker>[-*+•·‣▪◦●○■□▶➢✓∙–—]|\(?(?:\d{1,4}|[A-Za-z]|[ivx]{2,5}|[IVX]{2,5})[.)]"
    r"|[^\W\d_]{2,12}[ \u00a0]\d{1,2}[ \u00a0]?(?:[:.)]|[-–—](?=[ \t]))"  # "Step 1:", in any language
    r"|(?P<bare>\d{1,2}(?=[ \t]+[^\W\d_])))[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)"
    r"|(?P<circle>[\u2460-\u2473\u2776-\u2793])[.):]?[ \t]*(?=\S)"
)
_DIGITS = re.compile(r"\d+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows that are equally wide. ``heads`` are the words of the header's cells; none where no header is known.

    ``header`` is where they stand; it is empty where that is before the text, in a passage's lead.
    """

    heads: tuple[str, ...]
    header: tuple[Range, ...]
    rows: tuple[tuple[Range, ...], ...]

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Row and column of the cell that holds a range."""
        for number, row in enumerate(self.rows):
            for column, (left, right) in enumerate(row):
                if left <= start and end <= right:
                    return number, column
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """``start`` to ``end`` is what it says, with all that stands below it; ``line`` is where its marker stands."""

    marker: str
    line: int
    start: int
    end: int

    @property
    def numbered(self) -> bool:
        return any(each.isdigit() for each in self.marker)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList:
    """Items of one level. ``above`` is the block right before them, which may lead into them."""

    items: tuple[Item, ...]
    above: Range | None = None

    @property
    def numbered(self) -> bool:
        return self.items[0].numbered


def blocks_in(passage: Passage) -> tuple[Block, ...]:
    """The blocks of a passage, as offsets into its text; a row that its edge cuts is none.

    They are read out of the text where the passage came without any: one that no splitter made.
    """
    if not passage.blocks:
        return derived_blocks(passage.text)
    return tuple(_moved(block, passage.start, len(passage.text)) for block in passage.blocks)


def _moved(block: Block, by: int, length: int) -> Block:
    start, end = max(0, block.start - by), min(length, block.end - by)
    if block.kind == "row" and (start, end) != (block.start - by, block.end - by):
        return replace(block, kind="paragraph", start=start, end=end, level=0, cells=())
    return replace(block, start=start, end=end, cells=tuple((left - by, right - by) for left, right in block.cells))


def row_cells(text: str, start: int, end: int) -> tuple[Range, ...]:
    """Where the words of a row's cells stand between its bars; an empty cell is an empty range."""
    code = [found.span() for found in _CODE.finditer(text, start, end)]
    found = (bar.start() for bar in _BAR.finditer(text, start, end))
    bars = [start - 1, *(bar for bar in found if not any(left < bar < right for left, right in code)), end]
    pieces = list(itertools.pairwise(bars))
    if text.startswith("|", start):
        pieces = pieces[1:]
    if len(pieces) > 1 and not text[pieces[-1][0] + 1 : end].strip():
        pieces = pieces[:-1]
    return tuple(_trimmed(text, left + 1, right) for left, right in pieces)


def _trimmed(text: str, start: int, end: int) -> Range:
    words = text[start:end].strip()
    begin = start + text[start:end].find(words)
    return begin, begin + len(words)


def cells_of(text: str, block: Block) -> tuple[Range, ...]:
    """The cells of a row: those that its reader saw, or those between its bars."""
    return block.cells or row_cells(text, block.start, block.end)


def item_words(text: str, block: Block) -> Range:
    """Where an item's words stand, without its marker, if it has one."""
    marker = _MARKER.match(text, block.start, block.end)
    return (marker.end() if marker else block.start), block.end


def row_runs(text: str, blocks: Sequence[Block]) -> list[list[Block]]:
    """Rows that follow each other, parted where a header begins another table, or a blank line lies between."""
    runs: list[list[Block]] = []
    last: Block | None = None
    for block in blocks:
        if block.kind == "row":
            adjoining = last is not None and last.kind == "row" and not _BLANK_LINE.search(text, last.end, block.start)
            if not adjoining or block.level == 1:
                runs.append([])
            runs[-1].append(block)
        last = block
    return runs


def tables_of(text: str, blocks: Sequence[Block], *, lead: str = "", resumes: bool = False) -> tuple[Table, ...]:
    """The tables among blocks, in order.

    ``lead`` is what stands before the text: a header, where the text ``resumes`` a table that began before it. A row
    of level 0 was not told to be a header nor to be none: the first of them is taken for one.
    """
    found: list[Table] = []
    for run in row_runs(text, blocks):
        rows = [cells_of(text, row) for row in run]
        cut = resumes and run[0] is blocks[0]
        if run[0].level == 1:
            found.append(_headed(text, rows[0], rows[1:]))
        elif run[0].level == 0 and not cut:
            even = [list(group) for _, group in itertools.groupby(rows, key=len)]
            found += [_headed(text, group[0], group[1:]) for group in even]
        else:
            found += _below(rows, lead if cut else "")
    return tuple(found)


def _headed(text: str, header: tuple[Range, ...], rows: Sequence[tuple[Range, ...]]) -> Table:
    heads = tuple(text[left:right] for left, right in header)
    return Table(heads=heads, header=header, rows=tuple(_wide(row, len(header)) for row in rows))


def _below(rows: Sequence[tuple[Range, ...]], lead: str) -> Iterator[Table]:
    """Rows whose header is the lead's last line, or is not known."""
    line = lead.rpartition("\n")[2]
    heads = tuple(line[left:right] for left, right in row_cells(line, 0, len(line))) if "|" in line else ()
    if len(heads) > 1:
        yield Table(heads=heads, header=(), rows=tuple(_wide(row, len(heads)) for row in rows))
        return
    for _, group in itertools.groupby(rows, key=len):
        yield Table(heads=(), header=(), rows=tuple(group))


def _wide(row: tuple[Range, ...], width: int) -> tuple[Range, ...]:
    """As Markdown has it: what is short ends in empty cells, what is too long is cut."""
    end = row[-1][1] if row else 0
    return (*row[:width], *[(end, end)] * (width - len(row)))


def lists_of(text: str, blocks: Sequence[Block]) -> tuple[ItemList, ...]:
    """The lists among blocks, in order, each of its outermost level; what stands below an item is part of it.

    Words without a marker go on with the item before them; where there is none, they are no item of the list.
    """
    found: list[ItemList] = []
    items: list[Item] = []
    first = above = last = None

    def close() -> None:
        if items:
            found.append(ItemList(items=tuple(items), above=above))
            items.clear()

    for block in blocks:
        marker = _marker_of(text, block, items[-1] if items else None)
        if items and first is not None and _below_item(text, block, first, marked=marker is not None):
            items[-1] = replace(items[-1], end=block.end)
        elif marker is None:
            close()
        else:
            item = Item(
                marker=marker["marker"] or marker["circle"], line=block.start, start=marker.end(), end=block.end
            )
            if items and (_style(items[-1]) != _style(item) or (first is not None and block.level < first.level)):
                close()
            if not items:
                first, above = block, _above(last)
            items.append(item)
        last = block
    close()
    return tuple(found)


def _below_item(text: str, block: Block, first: Block, *, marked: bool) -> bool:
    """Whether a block belongs to the item before it: one of a deeper level, more words of it, code that is indented."""
    if block.kind == "item":
        return not marked or block.level > first.level
    return block.kind == "code" and _indent(text, block.start) > _indent(text, first.start)


def _indent(text: str, start: int) -> int:
    """How far its first word stands from the beginning of the line."""
    line = text[text.rfind("\n", 0, start) + 1 : start + 200]
    return len(line) - len(line.lstrip(" \t"))


def _marker_of(text: str, block: Block, before: Item | None) -> re.Match[str] | None:
    """An item's marker; a bare number is one where it counts on: "10 minutes later" goes on with an item."""
    found = _MARKER.match(text, block.start, block.end) if block.kind == "item" else None
    if found is None or found["bare"] is None or before is None:
        return found
    counted = before.marker.isdecimal() and int(found["bare"]) == int(before.marker) + 1
    return found if counted else None


def _style(item: Item) -> str:
    if not item.marker.isascii() and item.marker.isdigit():
        return "①" if item.marker <= "⑳" else chr(0x2776 + (ord(item.marker) - 0x2776) // 10 * 10)
    mark = _DIGITS.sub("1", item.marker)
    return mark if "1" in mark or mark[-1] not in ".)" else f"a{mark[-1]}"


def _above(block: Block | None) -> Range | None:
    return (block.start, block.end) if block is not None and block.kind not in ("row", "code") else None
