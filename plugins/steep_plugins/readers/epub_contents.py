"""What a book's table of contents calls its chapters: in one without headings these are paragraphs like others."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bs4.element import Tag

from steep_plugins.readers.html_depth import tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup
    from lxml import etree

_HEADING = re.compile(r"<h[1-6][\s>]", re.IGNORECASE)
_BLOCKS = ("p", "div")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A place that the table of contents names; ``mark`` is an id in a chapter, "" for its beginning."""

    chapter: str
    mark: str
    name: str
    depth: int


def named_places(root: etree._Element, folder: str) -> Iterator[Named]:
    """The entries of a table of contents, as a page or as an NCX."""
    for link in root.xpath("//*[local-name()='nav']//*[local-name()='a'] | //*[local-name()='navPoint']"):
        is_page = str(link.tag).endswith("}a")
        place = link.get("href") if is_page else link.xpath("string(*[local-name()='content']/@src)")
        words = "".join(link.itertext()) if is_page else link.xpath("string(*[local-name()='navLabel'])")
        file, _, mark = str(place or "").partition("#")
        depth = len(link.xpath("ancestor::*[local-name()='ol']" if is_page else "ancestor::*[local-name()='navPoint']"))
        yield Named(
            chapter=posixpath.normpath(posixpath.join(folder, unquote(file))),
            mark=unquote(mark),
            name=_bare(str(words)),
            depth=min(6, max(1, depth if is_page else depth + 1)),
        )


def with_headings(markup: str, places: list[Named]) -> str:
    """A chapter in which the paragraphs that the table of contents names, word for word, are headings."""
    if not places or _HEADING.search(markup):
        return markup
    soup = tree(markup)
    found = {id(each): (each, place) for place in places if (each := _paragraph(soup, place)) is not None}
    for paragraph, place in found.values():
        paragraph.name = f"h{place.depth}"
    return str(soup) if found else markup


def _paragraph(soup: BeautifulSoup, place: Named) -> Tag | None:
    """The first paragraph from a place on that has words, if it says what the place is called."""
    at = soup.find(id=place.mark) if place.mark else soup.body
    if not isinstance(at, Tag):
        return None
    inner = (each for each in at.find_all(_BLOCKS) if isinstance(each, Tag))
    around = at if at.name in _BLOCKS else at.find_parent("p")
    candidates = [*inner, *([around] if isinstance(around, Tag) else []), at.find_next("p")]
    first = next((each for each in candidates if isinstance(each, Tag) and _is_paragraph(each)), None)
    return first if first is not None and place.name and _bare(first.get_text()) == place.name else None


def _is_paragraph(tag: Tag) -> bool:
    return bool(tag.get_text().strip()) and tag.find(_BLOCKS) is None


def _bare(words: str) -> str:
    return " ".join(words.split()).casefold()
