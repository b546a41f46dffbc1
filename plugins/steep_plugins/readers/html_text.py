"""HTML becomes Markdown-like text: headings, lists, tables, quotes and code are kept, the page's frame is not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup, Comment
from bs4.element import PreformattedString, Tag
from markdownify import MarkdownConverter

_NEVER = ["script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "head", "button", "select",
          "input", "textarea"]  # fmt: skip
_FRAME = ["nav", "footer", "aside"]
_FRAME_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "toolbar"}
_FRAME_NAMES = {
    "nav",
    "navbar",
    "navigation",
    "menu",
    "breadcrumb",
    "breadcrumbs",
    "sidebar",
    "cookie-banner",
    "skip-link",
}
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_BLANK_LINES = re.compile(r"\n{3,}")
_LINE_TAIL = re.compile(r"[ \t\u00a0]+$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``heading`` is the first heading of level 1, ``title`` what the head says."""

    text: str
    heading: str
    title: str


def html_text(markup: str, *, keep_boilerplate: bool = False) -> Page:
    """The text of a page, and what it is called. Total: broken markup is read as browsers read it."""
    # a page without any tag would be taken for a file name
    soup = BeautifulSoup(markup if "<" in markup else f"<p>{markup}</p>", "lxml")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    _drop(soup, keep_boilerplate=keep_boilerplate)
    heading = soup.find("h1")
    called = heading.get_text(" ", strip=True) if heading else ""
    text = _converted(soup)
    if not text and not keep_boilerplate:
        return html_text(markup, keep_boilerplate=True)  # the frame is all there is
    return Page(text=text, heading=" ".join(called.split()), title=" ".join(title.split()))


def _drop(soup: BeautifulSoup, *, keep_boilerplate: bool) -> None:
    for node in soup.find_all(string=lambda text: isinstance(text, Comment | PreformattedString)):
        node.extract()
    unwanted = [
        element
        for element in soup.find_all(True)
        if _invisible(element) or (not keep_boilerplate and _is_frame(element))
    ]
    for element in unwanted:
        element.extract()
    for image in soup.find_all("img"):
        image.replace_with(str(image.get("alt") or ""))


def _invisible(element: Tag) -> bool:
    hidden = element.has_attr("hidden") or element.get("aria-hidden") == "true"
    return element.name in _NEVER or hidden or bool(_HIDDEN.search(str(element.get("style") or "")))


def _is_frame(element: Tag) -> bool:
    if element.name in ("html", "body", "main", "article", *_HEADINGS):
        return False
    names = {str(element.get("id") or "").lower(), *(str(each).lower() for each in element.get_attribute_list("class"))}
    if element.name in _FRAME or element.get("role") in _FRAME_ROLES or names & _FRAME_NAMES:
        return True
    # an article's own header holds its title; the page's does not, unless the only one is there
    return (
        element.name == "header" and not element.find_parent(["article", "main", "section"]) and not element.find("h1")
    )


_INLINE = ["a", "b", "strong", "i", "em", "u", "del", "s", "sub", "sup"]  # only their words are kept


def _converted(soup: BeautifulSoup) -> str:
    try:
        converter = MarkdownConverter(
            heading_style="atx",
            bullets="-",
            strip=_INLINE,
            escape_asterisks=False,
            escape_underscores=False,
            escape_misc=False,
            table_infer_header=True,
        )
        text = str(converter.convert_soup(soup))
    except RecursionError:  # thousands of nested elements: their text is still to be had
        text = soup.get_text("\n", strip=True)
    text = _LINE_TAIL.sub("", text.replace("\u00ad", "").replace("\u200b", ""))
    return _BLANK_LINES.sub("\n\n", text).strip()
