"""The reader `odt`: texts, sheets and slides of the OpenDocument format, a zip of XML or one file of it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.errors import SourceError
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.html_seen import pixels
from steep_plugins.readers.odt_flat import flat_root, is_flat, parsed
from steep_plugins.readers.odt_lists import Numbering
from steep_plugins.readers.odt_names import CHART, OFFICE, STYLE, TEXT, name_of, stated, texts
from steep_plugins.readers.odt_tables import table_of
from steep_plugins.readers.odt_words import INDEXES, SKIPPED, Words, boxes, objects
from steep_plugins.readers.office import readable

if TYPE_CHECKING:
    from lxml import etree

    from steep.kinds import Source
    from steep.values import Document
    from steep_plugins.readers.odt_styles import Styles

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_RUNNING = ("header", "footer", "date-time", "page-number")
_MARGINS = re.compile(r"style:(?:header|footer)(?:-left|-first)?")
_MARKER = re.compile(r"-?|\(?(?:\d{1,4}|[A-Za-z]|[ivxIVX]{2,5})[.)]")
_DEEPEST = 100
_TYPED = 0.8


class OdtReader:
    """Changes that were tracked are read as accepted; what was deleted, comments and what is hidden are counted."""

    def read(self, source: Source) -> Document:
        walk = _Walk()
        flat = is_flat(source.data)
        with readable(source.data, source.path, what="an OpenDocument", suffix=".odt", archived=not flat):
            if flat:
                root = meta = flat_root(source.data)
            else:
                archive = walk.words.archive = zipfile.ZipFile(io.BytesIO(source.data))
                _refuse_encrypted(archive, source.path)
                if "styles.xml" in archive.namelist():
                    walk.add_styles(parsed(archive.read("styles.xml")))
                root = parsed(archive.read("content.xml"))
                meta = parsed(archive.read("meta.xml")) if "meta.xml" in archive.namelist() else None
            walk.add_styles(root)
            body = root.find(f".//{OFFICE}body")
            if body is not None:
                walk.coded = not _is_typed(body, walk.words.styles)
                walk.inside(body, 0)
                if body.find(f"{OFFICE}text") is not None:
                    walk.leave_margins()
            title = _title(meta)
        return walk.out.document(source.path, declared=title, pages=walk.starts, left_out=walk.words.hidden)


def _title(meta: etree._Element | None) -> str:
    return "" if meta is None else (meta.findtext(f".//{OFFICE}meta/{_TITLE}") or "").strip()


@dataclass(slots=True)
class _Walk:
    words: Words = field(default_factory=Words)
    numbers: Numbering = field(default_factory=Numbering)
    coded: bool = False  # whether what is set in letters of one width is code
    lines: list[str] = field(default_factory=list)  # of code that goes on
    out: Composer = field(default_factory=Composer)
    starts: list[int] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)  # what pages say at their top and bottom

    def add_styles(self, root: etree._Element) -> None:
        self.words.styles.add(root)
        self.numbers.add(root)
        for page in root.iter(f"{STYLE}master-page"):
            shown = (each for each in page if _MARGINS.fullmatch(name_of(each)) and stated(each, "display") != "false")
            self.margins += (" ".join(" ".join(texts(each)).split()) for each in shown)

    def leave_margins(self) -> None:
        for said in dict.fromkeys(self.margins):
            self.words.hide(said, "header or footer")

    def inside(self, element: etree._Element, depth: int) -> None:
        for child in element if depth < _DEEPEST else ():
            self._element(child, depth + 1)
        self._end_code()

    def _end_code(self) -> None:
        lines, self.lines = self.lines, []
        self.out.code("\n".join(lines))

    def _element(self, element: etree._Element, depth: int) -> None:
        name = name_of(element)
        if name == "text:p" and self.coded and self.words.styles.kind(element) == "code":
            self.lines.append(self.words.of(element, as_typed=True))
            self._boxes(element, depth)
            return
        self._end_code()
        if self._is_left_out(element, name):
            return
        if name == "text:h":
            self._heading(element, depth)
        elif name == "text:p":
            self._paragraph(element)
            self._boxes(element, depth)
        elif name == "text:list":
            self._list(element, depth)
        elif name == "table:table":
            self._table(element)
        elif name == "draw:page":
            self._page(element, depth)
        elif name == "draw:object":
            self.out.paragraph(self.words.equation_of(element))
            self._chart(element)
        else:
            self.inside(element, depth)

    def _is_left_out(self, element: etree._Element, name: str) -> bool:
        """Whether a part is no text; then it is counted."""
        if name in SKIPPED:
            self.words.skip(element)
        elif name in INDEXES:
            shown = (part for part in element if name_of(part) == "text:index-body")
            self.words.hide(" ".join(word for part in shown for word in texts(part)), "table of contents")
        elif self.words.styles.is_hidden(element):
            self.words.hide(" ".join(texts(element)))
            if name in ("draw:page", "table:table"):
                self.starts.append(self.out.length)  # the next one keeps its number
        else:
            return False
        return True

    def _heading(self, element: etree._Element, depth: int, number: str = "") -> None:
        said = stated(element, "outline-level")
        level = int(said) if said.isdigit() and len(said) < 3 and said != "0" else 1
        outlined = self.numbers.heading(element, level) if self.words.styles.is_outlined(element) else ""
        words = self.words.of(element)
        self.out.heading(min(6, level), f"{number or outlined} {words}" if words else "")
        self._boxes(element, depth)

    def _paragraph(self, element: etree._Element) -> None:
        kind = self.words.styles.kind(element)
        if kind == "title":
            self.out.heading(1, self.words.of(element))
        elif kind == "quote":
            self.out.quote(self.words.of(element))
        elif kind == "contents":
            self.words.hide(" ".join(texts(element)), "table of contents")
        else:
            self.out.paragraph(self.words.of(element))

    def _page(self, element: etree._Element, depth: int) -> None:
        """A slide: its title, what else stands on it, and what its speaker was to say."""
        start = self.out.length
        for child in element:
            if stated(child, "class") == "title":
                self.out.heading(1, self.words.said(child))
            elif name_of(child) == "presentation:notes":
                for part in child:
                    self._on_page(part, depth)
            elif _is_beside(child):
                self.words.hide(" ".join(texts(child)))
            else:
                self._on_page(child, depth)
        self.starts.append(start + 2 * (0 < start < self.out.length))

    def _on_page(self, element: etree._Element, depth: int) -> None:
        """A part of a slide or its notes, but for what stands on each of them."""
        if stated(element, "class") in _RUNNING:
            self.words.hide(" ".join(texts(element)), "header or footer")
        else:
            self._element(element, depth)

    def _boxes(self, element: etree._Element, depth: int) -> None:
        """Text boxes and shapes hang on paragraphs."""
        for held in objects(element):
            self._chart(held)
        for box in boxes(element):
            self._end_code()
            self.inside(box, depth)

    def _chart(self, held: etree._Element) -> None:
        """What an object shows, if it is a chart: its title, and the table behind it."""
        chart = next((part for part in self.words.inner(held).iter(f"{CHART}chart")), None)
        for part in chart if chart is not None else ():
            if part.tag == f"{CHART}title":
                self.out.paragraph(" ".join(texts(part)))
            elif name_of(part) == "table:table":
                self._end_code()
                self._table(part)

    def _list(self, element: etree._Element, depth: int) -> None:
        self.numbers.opens(element)
        for item in element:
            if name_of(item) not in ("text:list-item", "text:list-header") or depth > _DEEPEST:
                continue
            marker = self.numbers.item(item)
            if not marker and not (self.out.blocks and self.out.blocks[-1].kind == "item"):
                marker = "-"
            for child in item:
                marker = self._of_item(child, marker, depth)
            self._end_code()
        self.numbers.closes(element)

    def _of_item(self, child: etree._Element, marker: str, depth: int) -> str:
        """A part of an item, and the marker that is still to be said."""
        if name_of(child) == "text:list":
            self._end_code()
            self._list(child, depth + 1)
        elif name_of(child) == "text:h":
            self._end_code()
            self._heading(child, depth + 1, marker.removeprefix("-"))
        elif self.coded and self.words.styles.kind(child) == "code":
            self._element(child, depth + 1)
        else:
            self._end_code()
            words = self.words.of(child)
            known = _MARKER.fullmatch(marker) is not None
            self.out.item(len(self.numbers.open), marker if known else "-", words if known else f"{marker} {words}")
            self._boxes(child, depth)
            return ""
        return marker

    def _table(self, element: etree._Element) -> None:
        grid = table_of(element, self.words)
        if (name := stated(element, "name")) and name_of(element.getparent()) == "office:spreadsheet":
            self.starts.append(self.out.length + 2 * (self.out.length > 0))
            self.out.heading(2, name)
        self.out.end_table()
        self.out.table(grid)
        self.out.end_table()


def _is_typed(body: etree._Element, styles: Styles) -> bool:
    """Whether a text is typed in letters of one width, more or less all of it."""
    said = [each for each in body.iter(f"{TEXT}p") if "".join(map(str, each.itertext())).strip()]
    return sum(styles.kind(each) == "code" for each in said) > _TYPED * len(said)


def _refuse_encrypted(archive: zipfile.ZipFile, path: str) -> None:
    if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise SourceError(f"{path} is encrypted; save it without a password.", path=path)


def _is_beside(frame: etree._Element) -> bool:
    """Whether something stands to the left of its slide, or above it."""
    for start, length in (("x", "width"), ("y", "height")):
        at, long = pixels(stated(frame, start)), pixels(stated(frame, length))
        if at is not None and at < 0 and at + (long or 0) <= 0:
            return True
    return False
