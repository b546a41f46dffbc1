"""The reader `odt`: texts, sheets and slides of the OpenDocument format, which is a zip of XML."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from steep.values import Document, LeftOut
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.grids import Cell, grid_of
from steep_plugins.readers.office import readable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Source

_NAMES = {
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0": "presentation",
    "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0": "fo",
}
_SKIPPED = {
    "text:tracked-changes", "text:sequence-decls", "office:annotation", "office:forms", "text:index-title-template",
    "text:table-of-content-source", "presentation:notes", "office:scripts",
}  # fmt: skip
# what stands after a part that is said on one line with others
_ENDS = {"text:list-item": "", "text:p": "", "table:table-cell": ",", "table:table-row": ";"}
_MOST = 1000  # repetitions of a row or cell
_DEEPEST = 100


class OdtReader:
    """Changes that were tracked are read as they were accepted; comments are left out."""

    def read(self, source: Source) -> Document:
        walk = _Walk()
        with readable(source.data, source.path, what="an OpenDocument", suffix=".odt"):
            archive = zipfile.ZipFile(io.BytesIO(source.data))
            root = _xml(archive.read("content.xml"))
            walk.styles(root)
            body = root.find(".//{urn:oasis:names:tc:opendocument:xmlns:office:1.0}body")
            if body is not None:
                walk.inside(body, 0)
            title = _title(archive)
        return walk.out.document(source.path, declared=title, pages=walk.starts, left_out=walk.hidden)


def _xml(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def _title(archive: zipfile.ZipFile) -> str:
    if "meta.xml" not in archive.namelist():
        return ""
    return str(_xml(archive.read("meta.xml")).xpath("string(//*[local-name()='title'])")).strip()


def _name(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    space, _, name = element.tag.removeprefix("{").rpartition("}")
    return f"{_NAMES.get(space, '')}:{name}"


def _of(element: etree._Element, name: str) -> str:
    """An attribute by its name without the namespace."""
    return next((value for key, value in element.attrib.items() if str(key).endswith("}" + name)), "")


@dataclass(slots=True)
class _Walk:
    out: Composer = field(default_factory=Composer)
    starts: list[int] = field(default_factory=list)
    hidden: list[LeftOut] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)  # styles that hide
    ordered: set[str] = field(default_factory=set)  # lists that count
    numbers: list[int] = field(default_factory=list)

    def styles(self, root: etree._Element) -> None:
        for style in root.iter("{urn:oasis:names:tc:opendocument:xmlns:style:1.0}style"):
            if any(_of(each, "display") == "none" for each in style):
                self.unseen.add(_of(style, "name"))
        for style in root.iter("{urn:oasis:names:tc:opendocument:xmlns:text:1.0}list-style"):
            first = next(iter(style), None)
            if first is not None and _name(first) == "text:list-level-style-number":
                self.ordered.add(_of(style, "name"))

    def inside(self, element: etree._Element, depth: int) -> None:
        for child in element if depth < _DEEPEST else ():
            self._element(child, depth + 1)

    def _element(self, element: etree._Element, depth: int) -> None:
        name = _name(element)
        if name in _SKIPPED:
            return
        if name == "text:h":
            level = _of(element, "outline-level")
            self.out.heading(min(6, int(level)) if level.isdigit() and level != "0" else 1, self._words(element))
        elif name == "text:p":
            self.out.paragraph(self._words(element))
            self._frames(element, depth)
        elif name == "text:list":
            self._list(element, depth)
        elif name == "table:table":
            self._table(element)
        elif name == "draw:page":
            self._page(element, depth)
        else:
            self.inside(element, depth)

    def _page(self, element: etree._Element, depth: int) -> None:
        start = self.out.length
        self.out.heading(1, "")
        self.inside(element, depth)
        self.starts.append(start + 2 * (0 < start < self.out.length))

    def _frames(self, element: etree._Element, depth: int) -> None:
        """Text boxes hang on paragraphs."""
        for frame in element.iter():
            if _name(frame) == "draw:text-box":
                self.inside(frame, depth)

    def _list(self, element: etree._Element, depth: int) -> None:
        self.numbers.append(0)
        style = _of(element, "style-name")
        for item in element:
            if _name(item) not in ("text:list-item", "text:list-header") or depth > _DEEPEST:
                continue
            self.numbers[-1] += 1
            marker = f"{self.numbers[-1]}." if style in self.ordered else "-"
            for child in item:
                if _name(child) == "text:list":
                    self._list(child, depth + 1)
                elif _name(child) == "text:h":
                    self._element(child, depth + 1)
                else:
                    self.out.item(len(self.numbers), marker, self._words(child))
                    marker = ""
        self.numbers.pop()

    def _table(self, element: etree._Element) -> None:
        rows: list[list[Cell]] = []
        headers = 0
        for row in _rows(element):
            cells = self._cells(row)
            if any(cell.words for cell in cells):
                rows += [cells] * (_count(row, "number-rows-repeated") if len(cells) < 50 else 1)
                parent = row.getparent()
                headers += parent is not None and _name(parent) == "table:table-header-rows"
        if (name := _of(element, "name")) and _name(element.getparent()) == "office:spreadsheet":
            self.starts.append(self.out.length + 2 * (self.out.length > 0))
            self.out.heading(2, name)
        self.out.end_table()
        self.out.table(grid_of(rows, headers=headers or None))
        self.out.end_table()

    def _cells(self, row: etree._Element) -> list[Cell]:
        cells: list[Cell] = []
        for cell in row:
            if _name(cell) != "table:table-cell":
                continue
            words = " ".join(filter(None, (self._words(child) for child in cell)))
            made = Cell(
                words=words, rows=_count(cell, "number-rows-spanned"), columns=_count(cell, "number-columns-spanned")
            )
            repeated = _count(cell, "number-columns-repeated")
            cells += [made] * (repeated if words else min(repeated, 50))
        while cells and not cells[-1].words:
            cells.pop()
        return cells

    def _words(self, element: etree._Element) -> str:
        said: list[str] = [element.text or ""]
        for child in element:
            said += [self._inner(child), child.tail or ""]
        return "".join(said).strip()

    def _inner(self, child: etree._Element) -> str:
        name = _name(child)
        if name in _SKIPPED or name == "draw:frame":
            return ""
        if name == "text:s":
            return " " * min(_count(child, "c"), 100)
        if name == "text:tab":
            return "\t"
        if name == "text:line-break":
            return "\n"
        if name == "text:note":
            note = "".join(self._words(part) for part in child if _name(part) == "text:note-body")
            return f" [{note}]" if note else ""
        words = " ".join(self._words(part) for part in child) if name == "text:list" else self._words(child)
        words = words.rstrip(",;") if name == "table:table-row" else words
        if name == "text:hidden-text" or _of(child, "style-name") in self.unseen:
            if words:
                self.hidden.append(LeftOut(reason="hidden", text=words))
            return ""
        if name in _ENDS:
            return f"{words}{_ENDS[name]} " if words else ""
        keep = (
            child.text if child.text and child.text != child.text.strip() and name in ("text:span", "text:a") else None
        )
        return _spaced(words, keep)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, but not of those within its cells."""
    for child in table:
        if _name(child) == "table:table-row":
            yield child
        elif _name(child) in ("table:table-header-rows", "table:table-rows", "table:table-row-group"):
            yield from _rows(child)


def _spaced(words: str, keep: str | None) -> str:
    """Words of a run with the spaces at its ends, which part it from its neighbours."""
    if keep is None:
        return words
    return (" " if keep[0].isspace() else "") + words + (" " if keep[-1].isspace() and len(keep) > 1 else "")


def _count(element: etree._Element, name: str) -> int:
    value = _of(element, name)
    return max(1, min(int(value), _MOST)) if value.isascii() and value.isdigit() and len(value) < 9 else 1
