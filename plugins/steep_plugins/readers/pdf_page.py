"""A page taken apart: its lines, parted where wide gaps show, and the tables that lines are drawn around."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from steep_plugins.readers.pdf_forms import field_values
from steep_plugins.readers.pdf_lines import Line, PageText, clean, joined
from steep_plugins.readers.pdf_ruled import ruled_tables
from steep_plugins.readers.pdf_scripts import has_leftward, runs_leftwards
from steep_plugins.readers.pdf_tables import CellText, Table, TableRow
from steep_plugins.readers.pdf_turned import parted
from steep_plugins.readers.pdf_view import drawn_on, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep_plugins.readers.pdf_forms import FieldValue
    from steep_plugins.readers.pdf_lines import Glyph
    from steep_plugins.readers.pdf_ruled import RuledTable

_WIDE = 0.75  # a gap of so many font sizes may part cells: a space takes a quarter of one, in a justified line more
_WIDE_MONO = 2.0  # where each letter is as wide as any other, a space is as wide as a letter
_LONGEST = 8  # lines of a cell that spans others: with more, what is drawn is a picture's
_FILLED = 0.35  # the share of cells with words from which drawn lines are a table's
_MARKER = re.compile(r"(?:[•·▪‣◦●○■□▶➢✓∙*☐☒\u0080-\u009f\uf000-\uf8ff–—-]|\(?\w{1,4}[.)]|\d{1,2}(?:\.\d{1,2})*\.?)$")
_LATIN = re.compile(r"[A-Za-z0-9]")


@dataclass(slots=True)
class RunLine:
    """A line of the page; ``chunks`` are more than one where wide gaps part it."""

    whole: Line
    chunks: tuple[Line, ...]


@dataclass(slots=True)
class PageParts:
    """What a page holds, in the order of its content; ``turned`` are lines that run otherwise."""

    number: int
    width: float
    height: float
    items: list[RunLine | Table]
    hidden: list[str]
    struck: list[str] = field(default_factory=list)
    turned: list[Line] = field(default_factory=list)

    @property
    def lines(self) -> Iterator[RunLine]:
        return (item for item in self.items if isinstance(item, RunLine))


def page_parts(page: Any, number: int, form: Any, uneven: set[str]) -> PageParts:
    """The parts of an open page; ``form`` is pdfium's handle of the document's form, if it has one.

    ``uneven`` are fonts that are known to state no height; those that this page shows are added.
    """
    view = view_of(page)
    drawn = drawn_on(page, view)
    text_page = page.get_textpage()
    try:
        text = PageText(page=text_page.raw, number=number, view=view, drawn=drawn, hidden=[], uneven=uneven)
        values = list(field_values(page.raw, form, view)) if form else []
        tables = ruled_tables(drawn, view)
        runs, turned = parted(text, text.runs(), [table.box for table in tables])
        assembly = _Assembly(text=text, runs=runs, tables=tables)
        items = assembly.items([value for value in values if not value.hidden])
    finally:
        text_page.close()
    hidden = [*text.hidden, *(value.words for value in values if value.hidden)]
    return PageParts(
        number=number,
        width=view.width,
        height=view.height,
        items=items,
        hidden=hidden,
        struck=text.struck,
        turned=turned,
    )


@dataclass(slots=True)
class _Assembly:
    text: PageText
    runs: list[list[Glyph]]
    tables: list[RuledTable]
    words: dict[tuple[int, int], list[Line]] = field(default_factory=dict)

    def items(self, values: Sequence[FieldValue]) -> list[RunLine | Table]:
        placed = [value for value in values if self._place(value) is not None]
        kept = self._kept(placed)
        found: list[RunLine | int] = []
        for run in self.runs:
            for place, glyphs in self._parted(run, kept):
                if place is None:
                    found += self._run_line(glyphs)
                elif line := self.text.line(glyphs):
                    self.words.setdefault(place, []).append(line)
                    if place[0] not in found:
                        found.append(place[0])
        lines = [each for each in found if isinstance(each, RunLine)]
        for value in values:
            place = self._place(value)
            if place is not None and place[0] in kept:
                self.words.setdefault(place, []).append(_line_of(value, self.text.number))
                if place[0] not in found:
                    found.append(place[0])
            else:
                _put_beside(value, lines, found, self.text.number)
        return [self._table(each) if isinstance(each, int) else each for each in found]

    def _place(self, value: FieldValue) -> tuple[int, int] | None:
        return self._cell((value.box[0] + value.box[2]) / 2, (value.box[1] + value.box[3]) / 2)

    def _cell(self, x: float, y: float) -> tuple[int, int] | None:
        for number, table in enumerate(self.tables):
            left, bottom, right, top = table.box
            if left <= x <= right and bottom <= y <= top and (cell := table.cell_at(x, y)) is not None:
                return number, cell
        return None

    def _kept(self, placed: Sequence[FieldValue]) -> set[int]:
        """The tables that hold words in enough of their cells: charts and frames do not."""
        held = [place for run in self.runs for place, _ in self._parted(run, set(range(len(self.tables)))) if place]
        held += [place for value in placed if (place := self._place(value))]
        counts = Counter(held)
        kept = set()
        for number, table in enumerate(self.tables):
            places = {cell: table.place(cell) for at, cell in counts if at == number}
            if len(places) < max(2, _FILLED * len(table.cells)):
                continue
            spread = len({place[0] for place in places.values()}) > 1 and len({p[1] for p in places.values()}) > 1
            drawing = any(
                counts[number, cell] > _LONGEST and rows * columns > 1 for cell, (_, _, rows, columns) in places.items()
            )
            if spread and not drawing:
                kept.add(number)
        return kept

    def _parted(self, run: Sequence[Glyph], kept: set[int]) -> Iterator[tuple[tuple[int, int] | None, list[Glyph]]]:
        """A run, parted where it goes from one cell into another; white space stays with what is before it."""
        held: list[Glyph] = []
        last: tuple[int, int] | None = None
        for glyph in run:
            here = last
            if glyph.box and kept:
                here = self._cell((glyph.box[0] + glyph.box[2]) / 2, (glyph.box[1] + glyph.box[3]) / 2)
                here = here if here and here[0] in kept else None
            if here != last and held:
                yield last, held
                held = []
            last = here
            held.append(glyph)
        if held:
            yield last, held

    def _run_line(self, glyphs: Sequence[Glyph]) -> Iterator[RunLine]:
        whole = self.text.line(glyphs)
        if whole is None:
            return
        wide = _WIDE_MONO if whole.mono else _WIDE
        chunks = [line for part in _chunks(glyphs, wide * whole.size) if (line := self.text.line(part))]
        if len(chunks) > 1 and _MARKER.match(chunks[0].text) and (len(chunks) == 2 or not chunks[0].text.isdigit()):
            chunks[:2] = [joined(chunks[0], chunks[1])]
        yield RunLine(whole=whole, chunks=tuple(chunks))

    def _table(self, number: int) -> Table:
        ruled = self.tables[number]
        grid: dict[int, dict[int, CellText]] = {}
        for cell in range(len(ruled.cells)):
            row, column, rows, columns = ruled.place(cell)
            lines = [line.text for line in self.words.get((number, cell), ())]
            grid.setdefault(row, {})[column] = CellText(lines=lines, rows=rows, columns=columns)
        page = self.text.number
        words = "".join(line.text for (at, _), lines in self.words.items() if at == number for line in lines)
        leftwards = runs_leftwards(words)
        rows_ = [
            TableRow(page=page, cells=[cells[at] for at in sorted(cells, reverse=leftwards)])
            for _, cells in sorted(grid.items())
        ]
        sizes = sorted(line.size for (at, _), lines in self.words.items() if at == number for line in lines)
        first = rows_[0].cells
        two = any(cell.columns > 1 for cell in first) and any(cell.rows > 1 for cell in first)
        return Table(
            columns=list(itertools.pairwise(ruled.columns)),
            rows=rows_,
            headers=max(cell.rows for cell in first) if two else None,
            top=ruled.rows[0],
            bottom=ruled.rows[-1],
            size=sizes[len(sizes) // 2],
        )


def _chunks(run: Sequence[Glyph], wide: float) -> Iterator[list[Glyph]]:
    """The line's glyphs, parted at wide gaps."""
    words = "".join(glyph.character for glyph in run)
    if has_leftward(words) and _LATIN.search(words):
        yield list(run)  # neighbours in the text are not neighbours on the page
        return
    held: list[Glyph] = []
    last: Glyph | None = None
    for glyph in run:
        if glyph.box and last and _gap(last, glyph) > wide:
            yield held
            held = []
        held.append(glyph)
        last = glyph if glyph.box else last
    if held:
        yield held


def _gap(before: Glyph, after: Glyph) -> float:
    assert before.box
    assert after.box
    if before.box[3] < after.box[1] or before.box[1] > after.box[3]:
        return 0.0  # they stand on different lines
    return max(after.box[0] - before.box[2], before.box[0] - after.box[2])


def _line_of(value: FieldValue, page: int) -> Line:
    left, bottom, right, top = value.box
    return Line(
        text=clean(value.words), page=page, left=left, right=right, bottom=bottom, base=bottom, top=top,
        size=max(1.0, min(12.0, top - bottom)), bold=False, mono=False,
    )  # fmt: skip


def _put_beside(value: FieldValue, lines: list[RunLine], found: list[Any], page: int) -> None:
    """Write a value to the words that name it: left of it, or right of a box to tick; else on its own line."""
    left, bottom, right, top = value.box
    level = [line for line in lines if min(top, line.whole.top) - max(bottom, line.whole.bottom) > 0]
    after = [(c.left - right, line, n) for line in level for n, c in enumerate(line.chunks) if c.left >= right - 2]
    before = [(left - c.right, line, n) for line in level for n, c in enumerate(line.chunks) if c.right <= left + 3]
    if value.mark and after and min(after, key=lambda each: each[0])[0] < 40:
        _, line, number = min(after, key=lambda each: each[0])
        _set_chunk(line, number, f"{value.words} {line.chunks[number].text}", right=line.chunks[number].right)
    elif before:
        _, line, number = min(before, key=lambda each: each[0])
        _set_chunk(line, number, f"{line.chunks[number].text} {clean(value.words)}", right=right)
    else:
        made = _line_of(value, page)
        at = next((n for n, each in enumerate(found) if isinstance(each, RunLine) and each.whole.top < bottom),
                  len(found))  # fmt: skip
        line = RunLine(whole=made, chunks=(made,))
        found.insert(at, line)
        lines.append(line)


def _set_chunk(line: RunLine, number: int, text: str, *, right: float) -> None:
    chunks = list(line.chunks)
    chunks[number] = replace(chunks[number], text=text, right=right)
    line.chunks = tuple(chunks)
    line.whole = replace(line.whole, text=" ".join(chunk.text for chunk in chunks), right=max(line.whole.right, right))
