"""A Word file made ready for a converter to HTML: what it would lose is written as words, what nobody sees goes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from lxml import etree

from steep.values import LeftOut
from steep_plugins.readers.docx_code import mark_code
from steep_plugins.readers.docx_contents import take_contents
from steep_plugins.readers.docx_drawings import write_drawings
from steep_plugins.readers.docx_equations import write_equations
from steep_plugins.readers.docx_hidden import comments, take_hidden
from steep_plugins.readers.docx_names import R, W, parsed, related, taken_out, words_of
from steep_plugins.readers.docx_numbers import Numbering
from steep_plugins.readers.docx_styles import Styles

_BODY = "word/document.xml"
_COMMENTS = "word/comments.xml"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml", _COMMENTS)
_MARGINS = ("header", "footer")
_SHELLS = ("fldSimple", "dir", "bdo", "ruby", "rubyBase")  # converters skip them, with the words in them


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The file as it can be converted, what was left out, and the levels of the styles that make headings."""

    data: bytes
    left_out: tuple[LeftOut, ...]
    headings: dict[str, int]


def prepared(data: bytes) -> Prepared:
    """The file with its numbers, equations, charts and boxes written out and without what nobody sees."""
    made = io.BytesIO()
    gone: list[LeftOut] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        names = archive.namelist()
        styles = Styles.of(parsed(archive.read("word/styles.xml")) if "word/styles.xml" in names else None)
        numbers = "word/numbering.xml"
        numbering = Numbering.of(parsed(archive.read(numbers)) if numbers in names else None, styles)
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename in (_BODY, *_NOTES):
                root = parsed(content)
                gone += comments(root) if entry.filename == _COMMENTS else take_hidden(root, styles)
                gone += take_contents(root, styles)
                _write_out(root, archive, entry.filename)
                numbering.write(root)
                mark_code(root, styles)
                content = bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
            elif entry.filename.startswith(tuple(f"word/{name}" for name in _MARGINS)):
                gone += _margin(content)
            written.writestr(entry.filename, content)  # the entry itself says where to read, and would say otherwise
    return Prepared(data=made.getvalue(), left_out=tuple(gone), headings=styles.headings())


def _write_out(root: etree._Element, archive: zipfile.ZipFile, part: str) -> None:
    write_equations(root)
    write_drawings(root, archive, related(archive, part))
    for reading in list(root.iter(f"{W}rt")):  # how a word is spoken, above it
        taken_out(reading)
    for name in _SHELLS:
        for shell in list(root.iter(f"{W}{name}")):
            taken_out(shell, *shell)
    for link in list(root.iter(f"{W}hyperlink")):
        if link.get(f"{R}id"):  # where it leads is no text, and a file that lost it has its words still
            taken_out(link, *link)


def _margin(content: bytes) -> list[LeftOut]:
    words = words_of(parsed(content))
    return [LeftOut(reason="header or footer", text=words)] if words else []
