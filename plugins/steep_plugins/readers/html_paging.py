"""What turns the pages of a book on the web: lines of links to the one before, the next, and to what is above them.

DocBook, Texinfo, Sphinx and others set them above and below each page, in tables or lines of their own, with the titles
of the neighbours, which are found in place of the pages themselves where they are read as text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

_TURNS = frozenset(("prev", "previous", "next", "back", "forward", "previous page", "next page"))
_LEADS = frozenset(
    ("up", "home", "start", "top", "contents", "index", "toc", "table of contents", "parent", "glossary")
)
_KEYS = {"p": "prev", "n": "next", "u": "up", "h": "home"}
_LETTERS = re.compile(r"[^\W\d_]+")
_HELD_IN = frozenset((
    "div", "span", "p", "nav", "center", "b", "small", "table", "thead", "tbody", "tfoot", "tr", "td", "th",
    "ul", "ol", "li",
))  # fmt: skip
_TEXT = ("h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "dl")
_TITLES = 240  # characters beside the links: those of the page, of its chapter, and of its neighbours
_MARKS = 24  # the same where only words say where links lead, which a sentence may have too


def paging(soup: BeautifulSoup) -> set[int]:
    """The ids of the largest elements that hold links which turn pages, and nothing else but titles."""
    found: set[int] = set()
    for link in soup.find_all("a", href=True):
        if _said(link) in _TURNS and (largest := _largest(link)) is not None:
            found.add(id(largest))
    return found


def _largest(link: Tag) -> Tag | None:
    """The farthest element above a link that holds no more than such links and titles."""
    found: Tag | None = None
    for above in link.parents:
        if above.name not in _HELD_IN or not _turns(above):
            break
        found = above
    return found


def _turns(element: Tag) -> bool:
    links = element.find_all("a", href=True)
    beside = sum(len(words) for words in element.stripped_strings) - sum(len(link.get_text().strip()) for link in links)
    room = _TITLES if any(map(_stated, links)) else _MARKS
    return beside <= room and all(_said(link) in _TURNS | _LEADS for link in links) and element.find(_TEXT) is None


def _said(link: Tag) -> str:
    """Where a link leads: by what is stated, else by its words, or its picture's."""
    pictured = " ".join(str(picture.get("alt") or "") for picture in link.find_all("img"))
    return _stated(link) or " ".join(_LETTERS.findall(f"{link.get_text()} {pictured}".lower()))


def _stated(link: Tag) -> str:
    """Where it leads by its relation, or by the key that books made by DocBook give it; "" where neither says."""
    keys = (_KEYS.get(str(key).lower(), "") for key in link.get_attribute_list("accesskey"))
    relations = (str(each).lower() for each in link.get_attribute_list("rel"))
    return next((each for each in (*relations, *keys) if each in _TURNS | _LEADS), "")
