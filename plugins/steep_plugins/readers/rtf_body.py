"""The body of rich text as HTML: paragraphs become headings, items, quotations, code or cells; boxes follow theirs."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from typing import Any

from steep.values import LeftOut
from steep_plugins.readers.rtf_code import Part
from steep_plugins.readers.rtf_parts import CONTENTS, HEADING, LINES, QUOTATION, TITLE, TYPED, Layout
from steep_plugins.readers.rtf_tables import Edge, Row, table_html

_STYLES = 50  # that rest on each other


@dataclass(slots=True)
class Flow:
    """What is being said: the paragraph, the row and the table that are not done, and what was done."""

    done: list[Part] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    begun: int = 0  # where the paragraph began in what is said of its cell
    marker: str = ""
    uneven: bool = False  # whether any of its letters is of another width than the next
    hang: tuple[int, int] | None = None  # how far in the item before stands, and in how many lists
    boxes: list[Part] = field(default_factory=list)  # that hang on the paragraph
    row: Row = field(default_factory=Row)
    edge: Edge = field(default_factory=lambda: Edge(right=0))
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Body:
    layout: Layout = field(default_factory=Layout)
    flow: Flow = field(default_factory=Flow)
    outside: list[Flow] = field(default_factory=list)  # flows in which boxes are open
    colours: list[str] = field(default_factory=lambda: [""])
    levels: dict[int, int] = field(default_factory=dict)  # of headings, by the number of their style
    quoted: set[int] = field(default_factory=set)  # styles of quotations
    listing: set[int] = field(default_factory=set)  # styles of a table of contents
    left_out: list[LeftOut] = field(default_factory=list)
    bases: dict[int, int] = field(default_factory=dict)  # what styles rest on

    def style_named(self, style: int, name: str) -> None:
        if found := HEADING.match(name):
            self.levels[style] = int(found[1])
        elif TITLE.match(name):
            self.levels[style] = 1
        elif QUOTATION.match(name):
            self.quoted.add(style)
        elif CONTENTS.match(name):
            self.listing.add(style)

    def colour(self, number: int) -> str:
        return self.colours[number] if 0 < number < len(self.colours) else ""

    def lays_out(self, word: str, number: int | None) -> bool:
        """Whether a word says how a paragraph stands; then it does from here on."""
        if word == "pard":
            self.layout = Layout()
        elif word == "s":
            self.layout = replace(self.layout, style=number or 0)
        elif word == "outlinelevel":
            self.layout = replace(self.layout, outline=9 if number is None else number)
        elif word == "intbl":
            self.layout = replace(self.layout, in_table=True)
        elif word in LINES:
            change: dict[str, Any] = {LINES[word]: number or 0}
            self.layout = replace(self.layout, **change)
        else:
            return False
        return True

    def of_table(self, word: str, number: int | None) -> bool:
        row, edge = self.flow.row, self.flow.edge
        if word == "trowd":
            row.edges, row.header, self.flow.edge = [], False, Edge(right=0)
        elif word == "cellx":
            row.edges.append(replace(edge, right=number or 0))
            self.flow.edge = Edge(right=0)
        elif word in ("clmrg", "clvmrg"):
            edge.joins_left, edge.joins_above = word == "clmrg", word == "clvmrg"
        elif word == "clcbpat":
            edge.paper = number or 0
        elif word == "trhdr":
            row.header = True
        elif word == "cell":
            self._cell()
        elif word == "row":
            self.flow.rows.append(Row(list(row.edges), row.cells, row.header))
            row.cells = []
        else:
            return False
        return True

    def nests(self, word: str) -> None:
        """A cell or a row ends of a table that stands in a cell."""
        self._line_ends()
        said = "".join(self.flow.said).removesuffix("<br>").removesuffix(", ")
        self.flow.said = [said + (", " if word == "nestcell" else "; ")]
        self.flow.begun = 1

    def opens(self) -> None:
        """A box opens, whose text is a flow of its own."""
        self.outside.append(self.flow)
        self.flow, self.layout = Flow(), Layout()

    def closes(self, layout: Layout) -> None:
        """A box closes: what it says follows the paragraph that it hangs on, or stands in its cell."""
        self.ends()
        done = self.flow.done
        self.flow, self.layout = self.outside.pop(), layout
        if layout.in_table:
            self.flow.said += [f"<div>{part.html}</div>" for part in done]
        else:
            self.flow.boxes += done

    def ends(self) -> None:
        self._paragraph()
        self._table()

    def paragraph_ends(self) -> None:
        if self.layout.in_table:
            self._line_ends()
        else:
            self._paragraph()

    def _line_ends(self) -> None:
        """A paragraph ends in a cell, which may hold more of them."""
        flow = self.flow
        if flow.marker:
            flow.said.insert(flow.begun, html.escape(flow.marker) + " ")
        flow.said.append("<br>")
        flow.begun, flow.marker = len(flow.said), ""

    def _cell(self) -> None:
        self._line_ends()
        said = "".join(self.flow.said).removesuffix("<br>").removesuffix("; ")
        self.flow.row.cells.append(said)
        self.flow.said, self.flow.begun = [], 0

    def _paragraph(self) -> None:
        """What was said becomes a heading, an item or a paragraph; a table before it ends."""
        flow = self.flow
        said, marker, even = "".join(flow.said), flow.marker, not flow.uneven
        boxes, flow.boxes = flow.boxes, []
        flow.said, flow.begun, flow.marker, flow.uneven = [], 0, "", False
        if said.strip() and not self.listing.isdisjoint(self._bases()):
            self.left_out.append(LeftOut(reason="table of contents", text=plain(said)))
        elif said.strip():
            self._table()
            flow.done.append(self._part(said, marker, even=even))
        elif boxes:
            self._table()
        flow.done += boxes

    def _part(self, said: str, marker: str, *, even: bool) -> Part:
        layout = self.layout
        deep = layout.level
        if not marker and layout.first < 0 and (typed := TYPED.match(said)):
            marker, said, even = typed["marker"], said[typed.end() :], False
            deep = max(0, layout.indent // -layout.first - 1)
        level = layout.outline + 1 if layout.outline < 9 else self._level()
        hang, self.flow.hang = self.flow.hang, None
        if level:
            number = html.escape(marker) + " " if marker else ""
            return Part(f"<h{min(level, 6)}>{number}{said}</h{min(level, 6)}>")
        if marker:
            return self._item(said, marker if marker[-1] in ".)" else "-", 1 + min(max(deep, 0), 8))
        if hang is not None and hang[0] == layout.indent and layout.first >= 0:
            return self._item(said, "none", hang[1])
        return self._plain(said, even=even)

    def _item(self, said: str, marker: str, lists: int) -> Part:
        """An item; what stands below it, as far in as its words, goes on with it."""
        self.flow.hang = (self.layout.indent, lists) if self.layout.indent > 0 else None
        return Part("<ul>" * lists + f'<li data-marker="{html.escape(marker)}">{said}</li>' + "</ul>" * lists)

    def _plain(self, said: str, *, even: bool) -> Part:
        paper = self.colour(self.layout.paper)
        paragraph = f'<p style="background-color:{paper}">{said}</p>' if paper else f"<p>{said}</p>"
        if not self.quoted.isdisjoint(self._bases()):
            return Part(f"<blockquote>{paragraph}</blockquote>")
        return Part(paragraph, said if even else None)

    def _level(self) -> int:
        return next((self.levels[style] for style in self._bases() if style in self.levels), 0)

    def _bases(self) -> list[int]:
        """The style of the paragraph, and those that it rests on."""
        found = [self.layout.style]
        while (base := self.bases.get(found[-1])) is not None and len(found) < _STYLES:
            found.append(base)
        return found

    def _table(self) -> None:
        rows, self.flow.rows = self.flow.rows, []
        if rows:
            self.flow.done.append(Part(table_html(rows, self.colours)))


def plain(said: str) -> str:
    """The words of HTML that was written here."""
    return html.unescape(" ".join(re.sub(r"<[^<>]*>", "", said).split()))
