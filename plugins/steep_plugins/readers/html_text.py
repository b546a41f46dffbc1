"""HTML becomes Markdown-like text with its blocks: headings, lists, tables, quotes and code stay what they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bs4.element import CData, NavigableString, Tag

from steep_plugins.readers.composing import Composer, one_line
from steep_plugins.readers.grids import Cell, grid_of
from steep_plugins.readers.html_depth import tree
from steep_plugins.readers.html_equations import is_equation
from steep_plugins.readers.html_frame import left_out
from steep_plugins.readers.html_notes import is_label, write_notes
from steep_plugins.readers.mathml import equation_of
from steep_plugins.readers.numerals import letters, raised, roman

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.values import LeftOut

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_APART = {
    "address", "article", "aside", "body", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "main", "nav", "p", "section",
    "summary", "caption", "menu",
}  # fmt: skip
_CELLS = ("td", "th")
_TABLES = ("table", "grid", "treegrid")
_ROLES = {"row": "tr", "cell": "td", "gridcell": "td", "columnheader": "th", "rowheader": "th"}
_NEUTRAL = ("div", "span", "li", "ul", "a")  # what tables are made of where no table is used
_MARKER = re.compile(r"-|\(?(?:\d{1,4}|[A-Za-z]|[ivxIVX]{2,5})[.)]")
_AS_TYPED = re.compile(r"white-space:\s*pre\s*(?:;|!|$)", re.IGNORECASE)
_NUMBERS = re.compile(r"[\d\s]*")
_SOFT = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
_DEEPEST = 200  # elements within each other: what is nested deeper is read as plain text


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``heading`` is the first heading of level 1, ``title`` what the head says."""

    composed: Composer
    heading: str
    title: str
    left_out: tuple[LeftOut, ...]


def html_text(markup: str, *, keep_boilerplate: bool = False) -> Page:
    """The text of a page, and what it is called. Total: broken markup is read as browsers read it."""
    soup = tree(markup)
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    write_notes(soup)
    gone = left_out(soup, keep_frame=keep_boilerplate)
    heading = soup.find("h1")
    called = heading.get_text(" ", strip=True) if heading else ""
    walk = _Walk()
    walk.inside(soup, 0)
    walk.flush()
    if not walk.out.length and not keep_boilerplate:
        return html_text(markup, keep_boilerplate=True)  # the frame is all there is
    return Page(composed=walk.out, heading=one_line(called), title=one_line(title), left_out=gone)


@dataclass(slots=True)
class _List:
    """A list that is open; ``marker`` is what its next words begin with, "" once it was written."""

    count: int | None
    step: int = 1
    kind: str = "1"
    marker: str = ""

    @property
    def shown(self) -> str:
        if self.count is None:
            return "-"
        said = {"a": letters, "i": roman}.get(self.kind.lower(), str)(self.count)
        return f"{said.upper() if self.kind.isupper() else said}."


@dataclass(slots=True)
class _Walk:
    """Goes through a tree. Words gather until a block begins or ends; then they become a block of the kind it is in."""

    out: Composer = field(default_factory=Composer)
    said: list[str] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    quotes: int = 0
    led: bool = False  # whether what is said is a term alone, whose words follow

    def inside(self, element: Tag, depth: int) -> None:
        if depth > _DEEPEST:
            self.said.append(element.get_text(" ").translate(_SOFT))
            return
        for child in element.children:
            if isinstance(child, Tag):
                self._tag(child, depth + 1)
            elif isinstance(child, NavigableString):
                words = re.sub(r"\s+", " ", str(child)).translate(_SOFT)
                self.led = self.led and not words.strip()
                self.said.append(words)

    def _tag(self, tag: Tag, depth: int) -> None:
        name = tag.name
        if name in _HEADINGS:
            self.flush()
            self.out.heading(_HEADINGS[name], inline(tag))
        elif name == "table" or tag.get("role") in _TABLES:
            self._table(tag, depth)
        elif name in ("ul", "ol"):
            self._list(tag, depth)
        elif name == "li":
            self._item(tag, depth)
        elif _is_code(tag):
            self.flush()
            self.out.code(_verbatim(tag))
        elif name == "blockquote":
            self._quote(tag, depth)
        elif name in ("dt", "dd"):
            self._term(tag, depth)
        elif name in _APART:
            self._apart(tag, depth)
        elif is_label(tag):
            self.flush()
            self.said.append(inline(tag) + " ")
            self.led = True
        else:
            self.said.append(_leaf(tag)) if _is_leaf(tag) else self.inside(tag, depth)

    def _apart(self, tag: Tag, depth: int) -> None:
        if not self.led:
            self.flush()
        self.inside(tag, depth)
        self.flush()

    def flush(self) -> None:
        words, self.led = "".join(self.said), False
        self.said.clear()
        if not words.strip():
            return
        if self.lists:
            marker, self.lists[-1].marker = self.lists[-1].marker, ""
            self.out.item(len(self.lists), marker, words)
        elif self.quotes:
            self.out.quote(words)
        else:
            self.out.paragraph(words)

    def _list(self, tag: Tag, depth: int) -> None:
        self.flush()
        self.lists.append(_list(tag))
        self.inside(tag, depth)
        self.flush()
        self.lists.pop()

    def _item(self, tag: Tag, depth: int) -> None:
        self.flush()
        if not self.lists:
            return self._apart(tag, depth)
        here = self.lists[-1]
        if here.count is not None and tag.get("value"):
            here.count = _number(tag.get("value"), here.count)
        stated = str(tag.get("data-marker") or "")  # of readers that make HTML; nothing else can be said by it
        here.marker = "" if stated == "none" else stated if _MARKER.fullmatch(stated) else here.shown
        self.inside(tag, depth)
        self.flush()
        if here.count is not None:
            here.count += here.step
        return None

    def _quote(self, tag: Tag, depth: int) -> None:
        self.flush()
        self.quotes += 1
        self._apart(tag, depth)
        self.quotes -= 1

    def _term(self, tag: Tag, depth: int) -> None:
        if tag.name == "dt":
            self.flush()
            self.said.append(inline(tag).rstrip(" :") + ": ")
            self.led = True
            return
        if not self.led:
            self.flush()  # another one for the same words
        self.inside(tag, depth)
        self.flush()

    def _table(self, tag: Tag, depth: int) -> None:
        self.flush()
        rows = list(_own(tag, ("tr",)))
        cells = [list(_own(row, _CELLS)) for row in rows]
        if caption := tag.find("caption"):
            self.out.paragraph(inline(caption))
        if code := _numbered_code(tag, cells):
            self.out.code(code)
            return
        if tag.get("role") == "presentation" or all(sum(map(_says, row)) < 2 for row in cells):
            for row, own in zip(rows, cells, strict=True):
                self._laid(row, own, depth)
            return
        head = [row.find_parent("thead") is not None for row in rows]
        self.out.end_table()
        shown = [[_cell(cell) for cell in row] for row in cells]
        self.out.table(grid_of(shown, headers=head.count(True) if any(head) else None))
        self.out.end_table()

    def _laid(self, row: Tag, cells: list[Tag], depth: int) -> None:
        """A row of a table that only lays a page out; a header that stands alone in it leads into what follows."""
        said = [cell for cell in cells if _says(cell)]
        if len(said) == 1 and said[0].name == "th" and (words := inline(said[0])):
            self.flush()
            self.said.append(words.rstrip(" :") + ": " if words[-1].isalnum() or words[-1] == ":" else words + " ")
            self.led = True
        else:
            self._apart(row, depth)


def _says(cell: Tag) -> bool:
    """Whether a cell holds more than a picture."""
    return bool(cell.get_text(strip=True)) or cell.find(["table", "math"]) is not None


def _is_code(tag: Tag) -> bool:
    """What is shown character by character: by its name, by its style, or because its lines are broken by hand."""
    if tag.name in ("pre", "listing"):
        return True
    if tag.name in ("code", "samp", "tt"):
        return tag.find("br") is not None
    return tag.name in _APART and _AS_TYPED.search(str(tag.get("style") or "")) is not None


def _verbatim(tag: Tag) -> str:
    said = ["\n" if isinstance(each, Tag) else str(each) for each in tag.descendants
            if (isinstance(each, Tag) and each.name == "br") or type(each) in (NavigableString, CData)]  # fmt: skip
    return "".join(said).replace("\u00a0", " ")


def _numbered_code(table: Tag, cells: list[list[Tag]]) -> str:
    """The code of a table that sets the numbers of lines beside it; "" for any other table."""
    if table.find("pre") is None:
        return ""
    shown = [cell for row in cells for cell in row if not _NUMBERS.fullmatch(cell.get_text())]
    beside = sum(map(len, cells)) - len(shown)
    return "\n".join(map(_verbatim, shown)) if beside == len(shown) == len(cells) else ""


def _own(tag: Tag, names: tuple[str, ...]) -> Iterator[Tag]:
    """The rows of a table, or the cells of a row, but not those of tables within."""
    for child in tag.children:
        if not isinstance(child, Tag):
            continue
        part = _part(child)
        if part in names:
            yield child
        elif part not in ("table", "tr"):
            yield from _own(child, names)


def _part(tag: Tag) -> str:
    """What an element is in a table, which its role says where its name does not."""
    role = str(tag.get("role") or "")
    return "table" if role in _TABLES else _ROLES.get(role, tag.name) if tag.name in _NEUTRAL else tag.name


def inline(tag: Tag) -> str:
    """The words of an element on one line, with what raised and lowered figures mean."""
    return one_line("".join(_inline(tag)))


def _inline(tag: Tag) -> list[str]:
    said: list[str] = []
    for child in tag.children:
        if isinstance(child, Tag):
            apart = " " if child.name in _APART or child.name in ("li", "tr", "td", "th", "table", *_HEADINGS) else ""
            words = _leaf(child) if _is_leaf(child) else "".join(_inline(child))
            after = _after(child)
            said += [apart, words.rstrip() if after else words, after, apart]
        elif isinstance(child, NavigableString):
            said.append(str(child).translate(_SOFT))
    return said


def _after(tag: Tag) -> str:
    """Items and inner rows, said on one line, are parted by a mark."""
    follows = tag.find_next_sibling(tag.name) is not None
    return ";" if follows and tag.name in ("li", "tr") else "," if follows and tag.name in ("td", "th") else ""


def _is_leaf(tag: Tag) -> bool:
    return tag.name in ("br", "img", "sup", "sub", "wbr") or is_equation(tag)


def _leaf(tag: Tag) -> str:
    if tag.name == "br":
        return "\n"
    if tag.name == "img":
        return str(tag.get("alt") or "")
    if is_equation(tag):
        return f" {equation_of(str(tag))} " if tag.get("display") == "block" else equation_of(str(tag))
    words = one_line(tag.get_text("").translate(_SOFT))
    return raised(words) if tag.name == "sup" and words else words  # a power keeps what it says: 10³ is not 103


def _cell(tag: Tag) -> Cell:
    return Cell(
        words=inline(tag),
        rows=_span(tag.get("rowspan") or tag.get("aria-rowspan")),
        columns=_span(tag.get("colspan") or tag.get("aria-colspan")),
        head=_part(tag) == "th",
    )


def _span(value: object) -> int:
    text = str(value or "1").strip()
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _number(value: object, otherwise: int = 1) -> int:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _list(tag: Tag) -> _List:
    """A list with the number that its first item has, and how it counts."""
    if tag.name != "ol":
        return _List(count=None)
    back = tag.has_attr("reversed")
    first = _number(tag.get("start"), len(tag.find_all("li", recursive=False)) if back else 1)
    return _List(count=first, step=-1 if back else 1, kind=str(tag.get("type") or "1"))
