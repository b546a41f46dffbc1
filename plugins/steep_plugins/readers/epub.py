"""The reader `epub`: books, chapter by chapter in the order of their spine; each chapter is a page."""

from __future__ import annotations

import contextlib
import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree

from steep.values import Document, LeftOut
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.decoding import decoded
from steep_plugins.readers.epub_contents import Named, named_places, with_headings
from steep_plugins.readers.html_text import html_text
from steep_plugins.readers.office import readable
from steep_plugins.readers.writing import write_page

if TYPE_CHECKING:
    from steep.kinds import Source

_HEAD = 100_000  # characters of a chapter that may link style sheets
_LINK = re.compile(r"<link\b[^<>]{0,1000}>", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*[\"']([^\"'#?]+)", re.IGNORECASE)
_BODY = re.compile(r"<body\b", re.IGNORECASE)
_ENCODING = re.compile(rb"\s*<\?xml[^<>]*\bencoding\s*=\s*[\"']([A-Za-z][\w.-]*)[\"']")
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
            title, chapters, named = _spine(archive)
            for chapter in chapters:
                markup = decoded(archive.read(chapter), source.path, declared=_declared(archive, chapter))
                markup = with_headings(markup, named.get(chapter, []))
                page = html_text(_styled(archive, chapter, markup), keep_boilerplate=True)
                gone += page.left_out
                start = composer.length
                write_page(composer, page.composed)
                starts.append(start + 2 * (0 < start < composer.length))
        return composer.document(source.path, declared=title, pages=starts, left_out=gone)


def _spine(archive: zipfile.ZipFile) -> tuple[str, list[str], dict[str, list[Named]]]:
    """The book's title, its chapters' places in the archive, and what the table of contents calls parts of them."""
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
    return title, found, _contents(archive, package, place)


def _contents(archive: zipfile.ZipFile, package: etree._Element, place: str) -> dict[str, list[Named]]:
    """The entries of the table of contents by chapter; of an older kind where there is no page of them."""
    items = package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
    pages = [item for item in items if "nav" in (item.get("properties") or "").split()]
    older = [item for item in items if item.get("media-type") == "application/x-dtbncx+xml"]
    names = set(archive.namelist())
    found: dict[str, list[Named]] = {}
    for item in [*pages, *older][:1]:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(item.get("href") or "")))
        if name in names:
            with contextlib.suppress(etree.XMLSyntaxError):  # a book without it is a book
                for each in named_places(_xml(archive.read(name)), posixpath.dirname(name)):
                    found.setdefault(each.chapter, []).append(each)
    return found


def _declared(archive: zipfile.ZipFile, chapter: str) -> str | None:
    """The encoding that a chapter states in its first line."""
    found = _ENCODING.match(archive.read(chapter)[:200])
    return found[1].decode() if found else None


def _styled(archive: zipfile.ZipFile, chapter: str, markup: str) -> str:
    """A chapter with the book's style sheets in it: they say what is not seen."""
    names = set(archive.namelist())
    sheets = []
    for link in _LINK.findall(markup[:_HEAD]):
        href = _HREF.search(link)
        name = posixpath.normpath(posixpath.join(posixpath.dirname(chapter), unquote(href[1]))) if href else ""
        if name.endswith(".css") and name in names:
            sheets.append(archive.read(name).decode("utf-8", "replace").replace("</", " "))
    style = "".join(f"<style>{sheet}</style>" for sheet in sheets)
    return _BODY.sub(lambda found: style + found[0], markup, count=1) if style else markup


def _xml(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
