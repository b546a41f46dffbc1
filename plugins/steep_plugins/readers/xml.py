"""The reader `xml`: elements as headings and text; feeds (RSS, Atom) as their entries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from steep.errors import SourceError
from steep_plugins.readers.composing import Composer, one_line
from steep_plugins.readers.decoding import empty
from steep_plugins.readers.grids import Cell, grid_of
from steep_plugins.readers.html_text import html_text
from steep_plugins.readers.writing import write_page

if TYPE_CHECKING:
    from steep.kinds import Source
    from steep.values import Document

_DEEPEST = 100
_TITLES = {"title", "article-title", "head", "heading", "caption-title"}
_SECTIONS = {"sec", "section", "chapter", "part", "abstract", "appendix", "article", "item", "entry", "topic", "div",
             "ack", "ref-list", "book", "sect1", "sect2", "sect3"}  # fmt: skip
_MARKUP = re.compile(r"<(?:p|div|br|a|ul|h[1-6]|table|b|i|em|strong|img)\b[^<>]*>", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class XmlReader:
    """Entities of the file itself are not followed. What a leaf's name says stands before its words."""

    def read(self, source: Source) -> Document:
        if not source.data.strip():
            raise empty(source.path)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
                                 remove_pis=True)  # fmt: skip
        try:
            root = etree.fromstring(source.data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise SourceError(f"{source.path} is not XML that can be read ({error}); mend it, or exclude it.",
                              path=source.path) from error  # fmt: skip
        composer = Composer()
        _write(composer, root, 0, 0)
        return composer.document(source.path)


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _write(composer: Composer, element: etree._Element, level: int, depth: int) -> None:
    name = _name(element).lower()
    if not name:
        return
    if name == "table" and (rows := _rows(element)):
        composer.end_table()
        composer.table(grid_of(rows))
        composer.end_table()
    elif name in _TITLES:
        composer.heading(min(6, max(1, level)), _words(element))
    elif _is_mixed(element) or not len(element):
        _leaf(composer, element, name)
    elif depth < _DEEPEST:
        deeper = level + (name in _SECTIONS or depth == 0)
        for child in element:
            _write(composer, child, deeper, depth + 1)
    else:
        composer.paragraph(_words(element))


def _leaf(composer: Composer, element: etree._Element, name: str) -> None:
    words = _words(element)
    if not len(element) and _MARKUP.search(words):  # feeds hold pages as text
        write_page(composer, html_text(words).composed)
    elif name in ("p", "para", "description", "summary", "content", "text", "body", "encoded"):
        composer.paragraph(words)
    elif name in ("li", "listitem"):
        composer.item(1, "-", words)
    elif words:
        composer.paragraph(f"{_name(element)}: {words}")


def _is_mixed(element: etree._Element) -> bool:
    """Whether words stand between its elements, as in a paragraph."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _words(element: etree._Element) -> str:
    return _CONTROL.sub(" ", one_line("".join(str(part) for part in element.itertext())))


def _rows(table: etree._Element) -> list[list[Cell]]:
    rows = [row for row in table.iter() if _name(row).lower() in ("tr", "row")]
    return [
        [
            Cell(words=_words(cell), rows=_span(cell, "rowspan"), columns=_span(cell, "colspan"),
                 head=_name(cell).lower() == "th")
            for cell in row if _name(cell).lower() in ("td", "th", "entry")
        ]
        for row in rows
    ]  # fmt: skip


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name) or "1"
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 6 else 1
