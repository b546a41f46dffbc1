"""The reader `epub`: books, chapter by chapter in the order of their spine; each chapter is a page."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree

from steep.values import Document, LeftOut
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.decoding import decoded
from steep_plugins.readers.html_text import html_text
from steep_plugins.readers.office import readable
from steep_plugins.readers.writing import write_page

if TYPE_CHECKING:
    from steep.kinds import Source

_PAGES = ("application/xhtml+xml", "text/html")


class EpubReader:
    """The table of contents, which the chapters say again, is left out where the book marks it."""

    def read(self, source: Source) -> Document:
        composer = Composer()
        starts: list[int] = []
        gone: list[LeftOut] = []
        with readable(source.data, source.path, what="a book", suffix=".epub"):
            archive = zipfile.ZipFile(io.BytesIO(source.data))
            if "META-INF/encryption.xml" in archive.namelist() and b"EncryptedData" in archive.read(
                "META-INF/encryption.xml"
            ):
                gone.append(LeftOut(reason="encrypted", text="some of its files"))
            title, chapters = _spine(archive)
            for chapter in chapters:
                page = html_text(decoded(archive.read(chapter), source.path), keep_boilerplate=True)
                gone += page.left_out
                start = composer.length
                write_page(composer, page.composed)
                starts.append(start + 2 * (0 < start < composer.length))
        return composer.document(source.path, declared=title, pages=starts, left_out=gone)


def _spine(archive: zipfile.ZipFile) -> tuple[str, list[str]]:
    """The book's title, and its chapters' places in the archive."""
    container = _xml(archive.read("META-INF/container.xml"))
    place = str(container.xpath("string(//*[local-name()='rootfile']/@full-path)"))
    if not place:
        raise ValueError("it names no package")
    package = _xml(archive.read(place))
    title = str(package.xpath("string(//*[local-name()='metadata']/*[local-name()='title'])")).strip()
    items = {
        item.get("id"): item
        for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    }
    names = set(archive.namelist())
    found = []
    for each in package.xpath("//*[local-name()='spine']/*[local-name()='itemref']"):
        item = items.get(each.get("idref"))
        if item is not None:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(item.get("href") or "")))
            if name in names:
                found.append(name)
    return title, found


def _xml(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
