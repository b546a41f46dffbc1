"""The reader `docx`: Word documents, through HTML (mammoth keeps styles, lists, tables and footnotes)."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import mammoth

from steep.errors import SourceError
from steep_plugins.readers.decoding import empty
from steep_plugins.readers.docx_code import CODE_RULE
from steep_plugins.readers.docx_numbers import BEGIN, END
from steep_plugins.readers.docx_xml import prepared
from steep_plugins.readers.html import html_document

if TYPE_CHECKING:
    from steep.kinds import Source
    from steep.values import Document


_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Heading 7'] => h6:fresh
p[style-name='Heading 8'] => h6:fresh
p[style-name='Heading 9'] => h6:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
"""
_TICKED = re.compile(r'<input checked="checked" type="checkbox" />')
_NUMBER = re.compile(f"(<li>)?{BEGIN}([^{END}]*){END}")
_MARKER = re.compile(r"\(?(?:\d{1,4}|[A-Za-z]|[ivxIVX]{2,5})[.)]")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_LARGEST = 1 << 28  # bytes when unpacked: no document is this large, a malicious archive is
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


class DocxReader:
    """Pictures are left out; headers and footers are not part of the text. Numbers of headings and items are."""

    def read(self, source: Source) -> Document:
        path = source.path
        if not source.data:
            raise empty(path)
        if source.data.startswith(_OLD_OFFICE):
            raise SourceError(
                f"{path} is encrypted, or an old .doc file; save it without a password as .docx.", path=path
            )
        try:
            title = _checked(source.data, path)
            ready = prepared(source.data)
            page = mammoth.convert_to_html(
                io.BytesIO(ready.data),
                style_map=_STYLES + CODE_RULE + _headings(ready.headings),
                convert_image=mammoth.images.img_element(lambda image: {}),
            ).value
        except SourceError:
            raise
        except Exception as error:  # a broken archive or XML surfaces in many forms
            raise SourceError(
                f"{path} is not a Word document that can be read ({type(error).__name__}: {error}); "
                "open it in a word processor and save it as .docx.",
                path=path,
            ) from error
        document = html_document(path, _marked(page), keep_boilerplate=True, title=title)
        return replace(document, left_out=(*ready.left_out, *document.left_out))


def _headings(levels: dict[str, int]) -> str:
    """Rules for the styles that make headings, whatever they are called."""
    quoted = {name.replace("\\", "\\\\").replace("'", "\\'"): level for name, level in levels.items()}
    return "".join(f"p[style-name='{name}'] => h{min(level, 6)}:fresh\n" for name, level in quoted.items())


def _marked(page: str) -> str:
    """Numbers become the markers of items, or words before a paragraph; ticked boxes a mark that is read."""
    page = _TICKED.sub("[x]", page).replace('<input type="checkbox" />', "[ ]")
    return _NUMBER.sub(_number, page)


def _number(found: re.Match[str]) -> str:
    item, label = found[1], found[2]
    if not label:
        return '<li data-marker="none">' if item else ""
    if not item:
        return f"{label} "
    return f'<li data-marker="{label}">' if _MARKER.fullmatch(label) else f'<li data-marker="-">{label} '


def _checked(data: bytes, path: str) -> str:
    """The title in the document's properties, once the archive is known to be harmless."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
            raise SourceError(f"{path} unpacks to more than {_LARGEST >> 20} MB; split it.", path=path)
        if "docProps/core.xml" not in archive.namelist():
            return ""
        root = ElementTree.fromstring(archive.read("docProps/core.xml"))
        return (root.findtext(_TITLE) or "").strip()
