"""What of a page is not its text: its frame, icons, what nobody sees, what was struck out. Each is counted by reason.

A part is frame by what it is and where it stands, not by its name alone: generators name sections after their headings
(``id="navigation"``), and an article has footers and asides of its own.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

import soupsieve
import tinycss2
from bs4 import Comment
from bs4.element import PreformattedString, Tag

from steep.values import LeftOut
from steep_plugins.readers.html_icons import icons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup

FRAME = "menu or frame of a page"

_NEVER = ("script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "head", "select", "input",
          "textarea")  # fmt: skip
_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "toolbar"}
_NAMES = {
    "nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "sidebar", "cookie-banner", "skip-link",
}  # fmt: skip
_CONTENT = ("main", "article")
_OWN = ("html", "body", *_CONTENT, "h1", "h2", "h3", "h4", "h5", "h6")
_MOSTLY_LINKS = 0.6
_SELECTORS = 500  # of style sheets: more are not looked at
_AWAY = re.compile(r"-\d{4,}(?:\.\d+)?(?:px|em|rem)?$|-\d{3,}(?:em|rem)$")
_WHITE = {"#fff", "#ffffff", "white", "rgb(255,255,255)", "rgba(255,255,255,1)"}
_NOTHING = re.compile(r"0(?:\.0+)?(?:px|pt|em|rem|%)?$")


def left_out(soup: BeautifulSoup, *, keep_frame: bool) -> tuple[LeftOut, ...]:
    """Take out of the tree what is not the page's text, and return it."""
    for node in soup.find_all(string=lambda text: isinstance(text, Comment | PreformattedString)):
        node.extract()
    hidden = _hidden_by_sheets(soup)
    content: set[int] = set()  # what lies within a page's content, as ids of elements
    found: list[tuple[str, Tag]] = []
    for element in soup.find_all(True):
        above = element.parent
        if above is not None and (above.name in _CONTENT or id(above) in content):
            content.add(id(element))
        if reason := _reason(element, hidden, within=id(element) in content, keep_frame=keep_frame):
            found.append((reason, element))
    gone = [LeftOut(reason=reason, text=text) for reason, element in found if reason and (text := _words(element))]
    for _, element in found:
        element.extract()
    for element, said in icons(soup):
        gone.append(LeftOut(reason="icon", text=said))
        element.extract()
    return tuple(each for each in gone if each.reason != "not text")


def _reason(element: Tag, hidden: set[int], *, within: bool, keep_frame: bool) -> str:
    if element.name in _NEVER:
        return "not text"
    if id(element) in hidden or _is_hidden(element):
        return "hidden"
    if element.name in ("del", "s", "strike"):
        return "struck out"
    return "" if keep_frame or not _is_frame(element, within=within) else FRAME


def _is_frame(element: Tag, *, within: bool) -> bool:
    if element.name in _OWN:
        return False
    names = {str(element.get("id") or "").lower(), *(str(each).lower() for each in element.get_attribute_list("class"))}
    if element.name == "nav" or element.get("role") in _ROLES or names & _NAMES:
        return _mostly_links(element) or (not within and element.find(["p", "h1", "h2", "h3", "h4", "table"]) is None)
    if within:
        return False
    if element.name in ("aside", "footer"):
        return True
    # an article's own header holds its title; the page's does not, unless the only one is there
    return element.name == "header" and not element.find_parent("section") and not element.find("h1")


def _mostly_links(element: Tag) -> bool:
    words = len(_words(element))
    linked = sum(len(_words(link)) for link in element.find_all("a"))
    return words > 0 and linked >= _MOSTLY_LINKS * words


def _is_hidden(element: Tag) -> bool:
    if element.has_attr("hidden") or element.get("aria-hidden") == "true":
        return True
    style = str(element.get("style") or "")
    return bool(style) and _hides(_declared(style), _background_above(element))


def _background_above(element: Tag) -> str:
    for each in (element, *element.parents):
        style = _declared(str(each.get("style") or "")) if isinstance(each, Tag) else {}
        found = style.get("background-color") or style.get("background")
        if found or (isinstance(each, Tag) and each.get("bgcolor")):
            return (found or str(each.get("bgcolor"))).replace(" ", "")
    return "white"


def _hides(style: dict[str, str], background: str) -> bool:
    """Whether declarations make a text that nobody sees."""
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if any(_NOTHING.match(style.get(name, "1")) for name in ("opacity", "font-size")):
        return True
    if any(_AWAY.search(style.get(name, "")) for name in ("left", "top", "right", "text-indent", "margin-left")):
        return True
    if "rect(0" in style.get("clip", "").replace(" ", "") or style.get("clip-path", "").startswith("inset(50%"):
        return True
    colour = style.get("color", "").replace(" ", "")
    own = (style.get("background-color") or style.get("background") or background).replace(" ", "")
    return bool(colour) and (colour == own or (colour in _WHITE and own in _WHITE))


@functools.lru_cache(maxsize=1024)
def _declared(style: str) -> dict[str, str]:
    """The declarations of a style, in lower case."""
    parsed = tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True)
    return {
        each.lower_name: tinycss2.serialize(each.value).strip().lower() for each in parsed if each.type == "declaration"
    }


def _hidden_by_sheets(soup: BeautifulSoup) -> set[int]:
    """What the style sheets within the page hide, as ids of elements."""
    hidden: set[int] = set()
    for selector in list(_hiding_selectors(soup))[:_SELECTORS]:
        try:
            hidden |= {id(element) for element in soup.select(selector) if element.name not in ("html", "body")}
        except (soupsieve.SelectorSyntaxError, NotImplementedError):
            continue  # such as ::before: what it makes is no text of the page
    return hidden


def _hiding_selectors(soup: BeautifulSoup) -> Iterator[str]:
    for sheet in soup.find_all("style"):
        rules = tinycss2.parse_stylesheet(sheet.get_text(), skip_comments=True, skip_whitespace=True)
        for rule in rules:
            if rule.type == "qualified-rule" and _hides(_declared(tinycss2.serialize(rule.content)), "white"):
                yield tinycss2.serialize(rule.prelude).strip()


def _words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())
