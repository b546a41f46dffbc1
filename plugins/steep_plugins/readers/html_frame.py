"""What of a page is not its text: its frame, icons, what nobody sees, what was struck out. Each is counted by reason.

A part is frame by what it is and where it stands, not by its name alone: generators name sections after their headings
(``id="navigation"``), and an article has footers and asides of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import Comment
from bs4.element import PreformattedString, Tag

from steep.values import LeftOut
from steep_plugins.readers.html_equations import settle, twins
from steep_plugins.readers.html_icons import icons, is_permalink
from steep_plugins.readers.html_notes import is_note
from steep_plugins.readers.html_office import beside, is_written, name_paragraphs
from steep_plugins.readers.html_paging import paging
from steep_plugins.readers.html_seen import Seen, seen

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

FRAME = "menu or frame of a page"

_NEVER = ("script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "head", "select", "input",
          "textarea")  # fmt: skip
_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "toolbar"}
_NAMES = {
    "nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "sidebar", "cookie-banner", "skip-link",
}  # fmt: skip
_LISTS_PAGES = {"toc", "table-of-contents", "tableofcontents"}
_CONTENT = ("main", "article")
_OWN = ("html", "body", *_CONTENT, "h1", "h2", "h3", "h4", "h5", "h6")
_MOSTLY_LINKS = 0.6
_MENU = 5  # links, at least, of what stands before a page's title and lists other pages
_BEFORE = 400  # elements before the title that are looked at


def left_out(soup: BeautifulSoup, *, keep_frame: bool) -> tuple[LeftOut, ...]:
    """Take out of the tree what is not the page's text, and return it."""
    for node in soup.find_all(string=lambda text: isinstance(text, Comment | PreformattedString)):
        node.extract()
    equations = twins(soup)
    look = seen(soup)
    settle(equations, look.hidden, look.faint)
    written = is_written(soup)
    turning = set() if keep_frame else paging(soup) | _before_title(soup)
    content: set[int] = set()  # what lies within a page's content, as ids of elements
    found: list[tuple[str, Tag]] = []
    inner: set[int] = set()  # what lies within what is found
    for element in soup.find_all(True):
        above = element.parent
        if above is not None and (above.name in _CONTENT or id(above) in content):
            content.add(id(element))
        if above is not None and id(above) in inner:
            inner.add(id(element))
            continue
        reason = _reason(element, look) or (beside(element) if written else "")
        if not reason and not keep_frame:
            frame = id(element) in turning or _is_frame(element, within=id(element) in content)
            reason = FRAME if frame else ""
        if reason:
            found.append((reason, element))
            inner.add(id(element))
    gone = [LeftOut(reason=reason, text=text) for reason, element in found if reason and (text := _words(element))]
    within = {id(words) for _, element in found for words in element.find_all(string=True)}
    gone += [LeftOut(reason="hidden", text=" ".join(each.split())) for each in look.faint if id(each) not in within]
    for each in (*look.faint, *(element for _, element in found)):
        each.extract()
    for element, said in icons(soup):
        gone.append(LeftOut(reason="icon", text=said))
        element.extract()
    name_paragraphs(soup, look.even, written=written, book=keep_frame)
    return tuple(each for each in gone if each.reason != "not text")


def _reason(element: Tag, look: Seen) -> str:
    if element.name in _NEVER or is_permalink(element):
        return "not text"
    if id(element) in look.hidden:
        return "hidden"
    return "struck out" if element.name in ("del", "s", "strike") or id(element) in look.struck else ""


def _is_frame(element: Tag, *, within: bool) -> bool:
    if element.name in _OWN:
        return False
    names = {str(element.get("id") or "").lower(), *(str(each).lower() for each in element.get_attribute_list("class"))}
    if element.name == "nav" or element.get("role") in _ROLES or names & _NAMES:
        return _mostly_links(element) or (not within and element.find(["p", "h1", "h2", "h3", "h4", "table"]) is None)
    if names & _LISTS_PAGES and _mostly_links(element):
        return True
    if within or is_note(element):
        return False
    if element.name in ("aside", "footer"):
        return True
    # an article's own header holds its title; the page's does not, unless the only one is there
    return element.name == "header" and not element.find_parent("section") and not element.find("h1")


def _before_title(soup: BeautifulSoup) -> set[int]:
    """The lists of links that stand before the page's title, whatever they are called, as ids of elements."""
    title = soup.find("h1")
    above = {id(each) for each in title.parents} if title else set()
    found: set[int] = set()
    before = title.find_all_previous(["div", "ul", "ol", "td", "section"], limit=_BEFORE) if title else ()
    for element in before:
        if id(element) not in above and len(element.find_all("a", limit=_MENU)) == _MENU and _mostly_links(element):
            found.add(id(element))
    return found


def _mostly_links(element: Tag) -> bool:
    words = len(_words(element))
    linked = sum(len(_words(link)) for link in element.find_all("a"))
    return words > 0 and linked >= _MOSTLY_LINKS * words


def _words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())
