"""The reader `xml`: elements as headings and text; feeds (RSS, Atom) as their entries."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from steep.errors import SourceError
from steep.values import LeftOut
from steep_plugins.readers.composing import Composer, one_line
from steep_plugins.readers.decoding import empty
from steep_plugins.readers.grids import Cell, grid_of
from steep_plugins.readers.html import html_document
from steep_plugins.readers.html_text import html_text
from steep_plugins.readers.writing import write_page
from steep_plugins.readers.xml_entities import write_entities
from steep_plugins.readers.xml_texts import is_text, written

if TYPE_CHECKING:
    from steep.kinds import Source
    from steep.values import Document

_DEEPEST = 100
_TITLES = {"title", "article-title", "head", "heading", "caption-title"}
_SECTIONS = {"sec", "section", "chapter", "part", "abstract", "appendix", "article", "item", "entry", "topic", "div",
             "ack", "ref-list", "book", "sect1", "sect2", "sect3"}  # fmt: skip
_CODE = ("programlisting", "screen", "literallayout", "codeblock", "pre")
# attributes that are about the file and not about what it says
_SILENT = {
    "id", "idref", "href", "src", "lang", "space", "class", "style", "schemalocation", "nonamespaceschemalocation",
    "xmlns", "base", "rel", "target", "rid", "url", "ispermalink", "width", "height", "align", "valign", "colspan",
    "rowspan", "cols", "colname", "colwidth", "colsep", "rowsep", "morerows", "namest", "nameend", "linkend", "role",
}  # fmt: skip
_KINDS = {"type", "version", "kind", "encoding", "domain", "format"}
# roots of texts and pages, whose attributes are markup
_TEXTS = {
    "article", "articles", "book", "chapter", "html", "tei", "tei.2", "teicorpus", "rss", "feed", "rdf", "dita",
    "topic", "concept", "task", "reference", "map", "section", "pmc-articleset",
    "us-patent-grant", "us-patent-application",
    "office", "document-content", "manpage", "refentry", "set", "part", "preface", "play", "poem",
}  # fmt: skip
_MARKUP = re.compile(r"<(?:p|div|br|a|ul|h[1-6]|table|b|i|em|strong|img)\b[^<>]*>", re.IGNORECASE)
# `xml:id="1"`, on which nothing of the text hangs, and names that a whole set of files has defined in one of them
_HARMLESS = {etree.ErrorTypes.DTD_XMLID_VALUE, etree.ErrorTypes.ERR_UNDECLARED_ENTITY}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class XmlReader:
    """What an entity takes from another file is not read. What a leaf's name says stands before its words."""

    def read(self, source: Source) -> Document:
        if not source.data.strip():
            raise empty(source.path)
        try:
            root = _parsed(source.data, plain=True)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise SourceError(f"{source.path} is not XML that can be read ({error}); mend it, or exclude it.",
                              path=source.path) from error  # fmt: skip
        gone = [LeftOut(reason="comment", text=words) for words in _comments(source.data)]
        gone += write_entities(root)
        if is_text(root):
            text = written(root)
            document = html_document(source.path, text.page, keep_boilerplate=True)
            return replace(document, left_out=(*gone, *text.left_out, *document.left_out))
        composer = Composer()
        _write(composer, root, 0, 0)
        return composer.document(source.path, left_out=gone)


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
    elif name in _CODE:
        composer.code(_CONTROL.sub(" ", "".join(str(part) for part in element.itertext())))
    elif _is_mixed(element) or not len(element):
        _leaf(composer, element, name)
    elif depth < _DEEPEST:
        deeper = level + (name in _SECTIONS or depth == 0)
        composer.paragraph(_stated(element, alone=False))
        for child in element:
            _write(composer, child, deeper, depth + 1)
    else:
        composer.paragraph(_words(element))


def _leaf(composer: Composer, element: etree._Element, name: str) -> None:
    words = _words(element)
    stated = _stated(element, alone=not words)
    if stated:
        composer.paragraph(f"{stated}: {words}" if words else stated)
    elif not len(element) and _MARKUP.search(words):  # feeds hold pages as text
        write_page(composer, html_text(words).composed)
    elif name in ("p", "para", "description", "summary", "content", "text", "body", "encoded"):
        composer.paragraph(words)
    elif name in ("li", "listitem"):
        composer.item(1, "-", words)
    elif words:
        composer.paragraph(f"{_name(element)}: {words}")


def _stated(element: etree._Element, *, alone: bool) -> str:
    """An element's name with its attributes, where these say something; "" for the markup of texts and pages.

    An attribute of ``alone``, without words beside it, is all that its element says.
    """
    name = _name(element)
    if _name(element.getroottree().getroot()).lower() in _TEXTS:
        return ""
    said = [(key.rpartition("}")[2], " ".join(value.split())) for key, value in map(_both, element.attrib.items())]
    kept = [(key, value) for key, value in said if value and key.lower() not in _SILENT]
    if not kept or (not alone and all(key.lower() in _KINDS for key, _ in kept)):
        return ""
    return f"{name} ({', '.join(f'{key}: {value}' for key, value in kept)})"


def _both(item: tuple[object, object]) -> tuple[str, str]:
    return str(item[0]), str(item[1])


def _parsed(data: bytes, *, plain: bool = False) -> etree._Element:
    """The root; ``plain`` leaves out comments and instructions. XMLSyntaxError, but for what takes nothing away."""

    def parser(*, recover: bool) -> etree.XMLParser:
        return etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=plain,
            remove_pis=plain,
            recover=recover,
        )

    strict = parser(recover=False)
    try:
        return etree.fromstring(data, strict)
    except etree.XMLSyntaxError:
        errors = [each.type for each in strict.error_log if each.level != etree.ErrorLevels.WARNING]
        if not errors or not set(errors) <= _HARMLESS:
            raise
        return etree.fromstring(data, parser(recover=True))


def _comments(data: bytes) -> list[str]:
    if b"<!--" not in data:
        return []
    found = (" ".join((each.text or "").split()) for each in _parsed(data).iter(etree.Comment))
    return [words for words in found if words]


def _is_mixed(element: etree._Element) -> bool:
    """Whether words stand between its elements, as in a paragraph."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _words(element: etree._Element) -> str:
    return _CONTROL.sub(" ", one_line("".join(str(part) for part in element.itertext())))


def _rows(table: etree._Element) -> list[list[Cell]]:
    rows = [row for row in table.iter() if _name(row).lower() in ("tr", "row")]
    return [
        [
            Cell(words=_words(cell), rows=_span(cell, "rowspan", "morerows"), columns=_columns(cell),
                 head=_name(cell).lower() == "th" or _name(row.getparent()).lower() == "thead")
            for cell in row if _name(cell).lower() in ("td", "th", "entry")
        ]
        for row in rows
    ]  # fmt: skip


def _columns(cell: etree._Element) -> int:
    """How many columns a cell spans, also where it names the first and the last."""
    first, last = (re.search(r"\d+$", cell.get(name) or "") for name in ("namest", "nameend"))
    if first and last and len(first[0]) < 4 and len(last[0]) < 4:
        return max(1, int(last[0]) - int(first[0]) + 1)
    return _span(cell, "colspan")


def _span(cell: etree._Element, name: str, more: str = "") -> int:
    """The rows or columns of a cell; ``more`` counts those beyond the first."""
    value, beyond = cell.get(name) or "1", cell.get(more) or "0" if more else "0"
    if not all(each.isascii() and each.isdigit() and len(each) < 6 for each in (value, beyond)):
        return 1
    return max(1, int(value), int(beyond) + 1)
