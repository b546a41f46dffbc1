"""The reader `odt`: texts, sheets and slides of the OpenDocument format, a zip of XML or one file of it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.errors import SourceError
from steep.values import Document, LeftOut
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.grids import Cell, grid_of
from steep_plugins.readers.html_seen import pixels
from steep_plugins.readers.mathml import equation
from steep_plugins.readers.numerals import raised
from steep_plugins.readers.odt_flat import flat_root, is_flat, parsed
from steep_plugins.readers.odt_styles import Styles
from steep_plugins.readers.office import readable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

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
    "text:table-of-content-source", "office:scripts",
}  # fmt: skip
# what stands after a part that is said on one line with others
_ENDS = {"text:list-item": "", "text:p": "", "table:table-cell": ",", "table:table-row": ";"}
_BLANKS = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_RUNNING = ("header", "footer", "date-time", "page-number")
_MOST = 1000  # repetitions of a row or cell
_DEEPEST = 100
_TYPED = 0.8


class OdtReader:
    """Changes that were tracked are read as they were accepted; comments and what is hidden are left out."""

    def read(self, source: Source) -> Document:
        walk = _Walk()
        flat = is_flat(source.data)
        with readable(source.data, source.path, what="an OpenDocument", suffix=".odt", archived=not flat):
            if flat:
                root = meta = flat_root(source.data)
            else:
                archive = walk.archive = zipfile.ZipFile(io.BytesIO(source.data))
                _refuse_encrypted(archive, source.path)
                if "styles.xml" in archive.namelist():
                    walk.add_styles(parsed(archive.read("styles.xml")))
                root = parsed(archive.read("content.xml"))
                meta = parsed(archive.read("meta.xml")) if "meta.xml" in archive.namelist() else None
            walk.add_styles(root)
            body = root.find(f".//{_OFFICE}body")
            if body is not None:
                walk.coded = not _is_typed(body, walk.styles)
                walk.inside(body, 0)
            title = _title(meta)
        return walk.out.document(source.path, declared=title, pages=walk.starts, left_out=walk.hidden)


def _title(meta: etree._Element | None) -> str:
    return "" if meta is None else (meta.findtext(f".//{_OFFICE}meta/{_TITLE}") or "").strip()


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
    archive: zipfile.ZipFile | None = None
    coded: bool = False  # whether what is set in letters of one width is code
    lines: list[str] = field(default_factory=list)  # of code that goes on
    out: Composer = field(default_factory=Composer)
    starts: list[int] = field(default_factory=list)
    hidden: list[LeftOut] = field(default_factory=list)
    styles: Styles = field(default_factory=Styles)
    ordered: set[tuple[str, int]] = field(default_factory=set)  # lists that count, and at which level
    numbers: list[int] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)  # the styles of the lists around
    ended: dict[str, int] = field(default_factory=dict)  # how far lists have come, by their ids, and styles with levels

    def add_styles(self, root: etree._Element) -> None:
        self.styles.add(root)
        for style in root.iter(f"{_TEXT}list-style"):
            for level in style:
                shown = all(value or not str(key).endswith("}num-format") for key, value in level.attrib.items())
                if _name(level) == "text:list-level-style-number" and shown:
                    self.ordered.add((_of(style, "name"), _count(level, "level")))

    def hide(self, words: str, reason: str = "hidden") -> None:
        if said := " ".join(words.split()):
            self.hidden.append(LeftOut(reason=reason, text=said))

    def inside(self, element: etree._Element, depth: int) -> None:
        for child in element if depth < _DEEPEST else ():
            self._element(child, depth + 1)
        self._end_code()

    def _end_code(self) -> None:
        lines, self.lines = self.lines, []
        self.out.code("\n".join(lines))

    def _element(self, element: etree._Element, depth: int) -> None:
        name = _name(element)
        if name == "text:p" and self.coded and self.styles.kind(element) == "code":
            self.lines.append(self._words(element, as_typed=True))
            self._frames(element, depth)
            return
        self._end_code()
        if name in _SKIPPED:
            self._skip(element, name)
        elif self.styles.is_hidden(element):
            self.hide(" ".join(_texts(element)))
            if name in ("draw:page", "table:table"):
                self.starts.append(self.out.length)  # the next one keeps its number
        elif name == "text:h":
            level = _of(element, "outline-level")
            self.out.heading(min(6, int(level)) if level.isdigit() and level != "0" else 1, self._words(element))
        elif name == "text:p":
            self._paragraph(element)
            self._frames(element, depth)
        elif name == "text:list":
            self._list(element, depth)
        elif name == "table:table":
            self._table(element)
        elif name == "draw:page":
            self._page(element, depth)
        else:
            self.inside(element, depth)

    def _paragraph(self, element: etree._Element) -> None:
        kind = self.styles.kind(element)
        if kind == "title":
            self.out.heading(1, self._words(element))
        elif kind == "quote":
            self.out.quote(self._words(element))
        else:
            self.out.paragraph(self._words(element))

    def _skip(self, element: etree._Element, name: str) -> None:
        if name == "office:annotation":
            words = " ".join(word for part in element if _name(part).startswith("text:") for word in _texts(part))
            self.hide(words, "comment")

    def _page(self, element: etree._Element, depth: int) -> None:
        """A slide: its title, what else stands on it, and what its speaker was to say."""
        start = self.out.length
        for child in element:
            if _of(child, "class") == "title":
                self.out.heading(1, self._said(child))
            elif _name(child) == "presentation:notes":
                for part in child:
                    self._on_page(part, depth)
            elif _is_beside(child):
                self.hide(" ".join(_texts(child)))
            else:
                self._on_page(child, depth)
        self.starts.append(start + 2 * (0 < start < self.out.length))

    def _on_page(self, element: etree._Element, depth: int) -> None:
        """A part of a slide or its notes, but for what stands on each of them."""
        if _of(element, "class") in _RUNNING:
            self.hide(" ".join(_texts(element)), "header or footer")
        else:
            self._element(element, depth)

    def _frames(self, element: etree._Element, depth: int) -> None:
        """Text boxes hang on paragraphs."""
        for frame in element.iter():
            if _name(frame) == "draw:text-box":
                self._end_code()
                self.inside(frame, depth)

    def _list(self, element: etree._Element, depth: int) -> None:
        self.lists.append(_of(element, "style-name") or (self.lists[-1] if self.lists else ""))
        alike = f"{self.lists[-1]} {len(self.lists)}"
        goes_on = _of(element, "continue-list") or (alike if _of(element, "continue-numbering") == "true" else "")
        self.numbers.append(self.ended.get(goes_on, 0))
        counts = (self.lists[-1], len(self.lists)) in self.ordered
        for item in element:
            if _name(item) not in ("text:list-item", "text:list-header") or depth > _DEEPEST:
                continue
            self.numbers[-1] = _count(item, "start-value") if _of(item, "start-value") else self.numbers[-1] + 1
            marker = f"{self.numbers[-1]}." if counts else "-"
            for child in item:
                if _name(child) == "text:list":
                    self._end_code()
                    self._list(child, depth + 1)
                elif _name(child) == "text:h" or (self.coded and self.styles.kind(child) == "code"):
                    self._element(child, depth + 1)
                else:
                    self._end_code()
                    self.out.item(len(self.numbers), marker, self._words(child))
                    marker = ""
            self._end_code()
        self.ended[alike] = self.ended[_of(element, "id") or alike] = self.numbers.pop()
        self.lists.pop()

    def _table(self, element: etree._Element) -> None:
        rows: list[list[Cell]] = []
        headers = 0
        hidden = _hidden_columns(element, self.styles)
        for row in _rows(element):
            if self.styles.is_hidden(row):
                self.hide(" ".join(_texts(row)))
                continue
            cells = self._cells(row, hidden)
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

    def _cells(self, row: etree._Element, hidden: set[int]) -> list[Cell]:
        cells: list[Cell] = []
        column = 0
        for cell in row:
            if (name := _name(cell)) not in ("table:table-cell", "table:covered-table-cell"):
                continue
            at, column = column, column + _count(cell, "number-columns-repeated")
            if at in hidden:
                self.hide(" ".join(_texts(cell)))
            if name == "table:covered-table-cell" or at in hidden:
                continue
            words = self._said(cell)
            made = Cell(
                words=words, rows=_count(cell, "number-rows-spanned"), columns=_count(cell, "number-columns-spanned")
            )
            repeated = _count(cell, "number-columns-repeated")
            cells += [made] * (repeated if words else min(repeated, 50))
        while cells and not cells[-1].words:
            cells.pop()
        return cells

    def _said(self, element: etree._Element) -> str:
        """What stands in a cell or a box, on one line."""
        return " ".join(filter(None, (self._inner(child).strip() for child in element)))

    def _words(self, element: etree._Element, *, as_typed: bool = False) -> str:
        if any(_name(child) == "text:hidden-paragraph" and _of(child, "is-hidden") == "true" for child in element):
            self.hide(" ".join(_texts(element)))
            return ""
        seen = self.styles.shows(element)
        own = [element.text or "", *(child.tail or "" for child in element)]
        if not seen:
            self.hide(" ".join(own))
        said: list[str] = [own[0] if seen else ""]
        for child, tail in zip(element, own[1:], strict=True):
            said += [self._inner(child, as_typed=as_typed), tail if seen else ""]
        return "".join(said) if as_typed else "".join(said).strip()

    def _equation(self, frame: etree._Element) -> str:
        """The equation that a frame holds, or refers to in the archive; "" for anything else."""
        for each in frame.iter() if _name(frame) == "draw:frame" else ():
            if _name(each) == "draw:object":
                place = _of(each, "href").removeprefix("./").strip("/") + "/content.xml"
                known = self.archive is not None and place in self.archive.namelist()
                root = parsed(self.archive.read(place)) if self.archive is not None and known else None
                found = each if root is None else root
                math = next((part for part in found.iter() if str(part.tag).endswith("}math")), None)
                return "" if math is None else equation(math)
        return ""

    def _inner(self, child: etree._Element, *, as_typed: bool = False) -> str:
        name = _name(child)
        if name in _SKIPPED or name == "draw:frame":
            self._skip(child, name)
            return self._equation(child)
        if name in _BLANKS:
            return _BLANKS[name] * (min(_count(child, "c"), 100) if name == "text:s" else 1)
        if name == "text:note":
            note = "".join(self._words(part) for part in child if _name(part) == "text:note-body")
            return f" [{note}]" if note else ""
        listed = name == "text:list"
        words = " ".join(map(self._words, child)) if listed else self._words(child, as_typed=as_typed)
        words = words.rstrip(",;") if name == "table:table-row" else words
        if name == "text:hidden-text":
            self.hide(words)
            return ""
        if name == "text:span" and self.styles.is_struck(child):
            self.hide(words, "struck out")
            return ""
        if name == "text:span" and words and self.styles.is_raised(child):
            return raised(words)
        if name in _ENDS:
            return f"{words}{_ENDS[name]} " if words else ""
        if as_typed:
            return words
        keep = (
            child.text if child.text and child.text != child.text.strip() and name in ("text:span", "text:a") else None
        )
        return _spaced(words, keep)


def _is_typed(body: etree._Element, styles: Styles) -> bool:
    """Whether a text is typed in letters of one width, more or less all of it."""
    said = [each for each in body.iter(f"{_TEXT}p") if "".join(map(str, each.itertext())).strip()]
    return sum(styles.kind(each) == "code" for each in said) > _TYPED * len(said)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, but not of those within its cells."""
    for child in table:
        if _name(child) == "table:table-row":
            yield child
        elif _name(child) in ("table:table-header-rows", "table:table-rows", "table:table-row-group"):
            yield from _rows(child)


def _refuse_encrypted(archive: zipfile.ZipFile, path: str) -> None:
    if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise SourceError(f"{path} is encrypted; save it without a password.", path=path)


def _texts(element: etree._Element) -> Iterator[str]:
    """All words of a part, seen or not, but for comments."""
    for each in element.iter():
        if isinstance(each.tag, str) and each.text and each.text.strip():
            yield each.text.strip()
        if each is not element and each.tail and each.tail.strip():
            yield each.tail.strip()


def _hidden_columns(table: etree._Element, styles: Styles) -> set[int]:
    hidden: set[int] = set()
    column = 0
    for each in table.iter(f"{_TABLE}table-column"):
        if next(each.iterancestors(f"{_TABLE}table"), None) is not table:
            continue
        after = column + _count(each, "number-columns-repeated")
        if styles.is_hidden(each):
            hidden.update(range(column, after))
        column = after
    return hidden


def _is_beside(frame: etree._Element) -> bool:
    """Whether something stands to the left of its slide, or above it."""
    for start, length in (("x", "width"), ("y", "height")):
        at, long = pixels(_of(frame, start)), pixels(_of(frame, length))
        if at is not None and at < 0 and at + (long or 0) <= 0:
            return True
    return False


def _spaced(words: str, keep: str | None) -> str:
    """Words of a run with the spaces at its ends, which part it from its neighbours."""
    if keep is None:
        return words
    return (" " if keep[0].isspace() else "") + words + (" " if keep[-1].isspace() and len(keep) > 1 else "")


def _count(element: etree._Element, name: str) -> int:
    value = _of(element, name)
    return max(1, min(int(value), _MOST)) if value.isascii() and value.isdigit() and len(value) < 9 else 1
