"""What word processors say in pages by names and fonts alone: margins, tables of contents, quotations, code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4.element import NavigableString, Tag

if TYPE_CHECKING:
    from collections.abc import Set

    from bs4 import BeautifulSoup

_GENERATOR = re.compile(r"LibreOffice|OpenOffice|StarOffice|Microsoft Word|Microsoft Office", re.IGNORECASE)
_QUOTATIONS = {"block-text", "quotations", "quote", "intense-quote", "msoquote", "msointensequote", "msoblocktext"}
_CONTENTS = re.compile(r"(?:msotoc|contents-)(?:\d|heading)")
_CONTENTS_ID = re.compile(r"(?:Table of Contents|Inhaltsverzeichnis)\d+")
_TITLES = {"msotitle", "title"}
_COMMENTED, _COMMENT = re.compile(r"cmnt_ref\d"), re.compile(r"cmnt\d")
_LISTED = re.compile(r"msolistparagraph")
_HANGS = re.compile(r"text-indent:\s*-|mso-list:")
_MARKED = re.compile(r"\s*(?P<marker>[·•o§▪■◦–-]|\(?(?:\d{1,4}|[A-Za-z]|[ivxIVX]{2,5})[.)])[ \n]*\xa0[\xa0\s]*")
_LEVEL = re.compile(r"mso-list:[^;]*\blevel(\d)")
_MARGIN = re.compile(r"margin-left:\s*(\d*\.?\d+)(in|pt|cm)")
_STEPS = {"in": 0.5, "pt": 36.0, "cm": 1.27}  # how far in each level of a list stands
_GOOGLE = re.compile(r"lst-kix_\w+-(\d)")
_BLOCKS = ("p", "div", "table", "ul", "ol", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")
_TYPED = 0.8  # the share of paragraphs from which on a text is typed in letters of one width


def is_written(soup: BeautifulSoup) -> bool:
    """Whether a word processor made the page."""
    made = soup.find("meta", attrs={"name": re.compile(r"generator$", re.IGNORECASE)})
    by = str(made.get("content") or "") if isinstance(made, Tag) else ""
    body = soup.body
    return bool(_GENERATOR.search(by)) or (body is not None and "doc-content" in body.get_attribute_list("class"))


def beside(tag: Tag) -> str:
    """Why a part is no text of the page: what each page says at its ends, a comment, a table of contents; else ""."""
    above = tag.parent
    if tag.name == "div" and tag.get("title") in ("header", "footer") and above is not None and above.name == "body":
        return "header or footer"
    if _is_mark(tag):
        return "not text"
    if _is_comment(tag):
        return "comment"
    named = any(map(_CONTENTS.fullmatch, _names(tag)))
    return "table of contents" if named or _CONTENTS_ID.fullmatch(str(tag.get("id") or "")) else ""


def name_paragraphs(soup: BeautifulSoup, even: Set[int], *, written: bool, book: bool) -> None:
    """Give paragraphs the names of what their styles make of them; ``even`` are words in letters of one width."""
    _set_quotations(soup)
    if written:
        _set_items(soup)
    if written or book:
        _set_code(soup, even)


def _is_mark(tag: Tag) -> bool:
    """Whether it is the mark of a comment."""
    return tag.name == "a" and ("msocomanchor" in tag.get_attribute_list("class") or is_comment_mark(tag))


def is_comment_mark(link: Tag) -> bool:
    """Whether a link leads to a comment as Google writes them."""
    return _COMMENTED.match(_id(link)) is not None


def _is_comment(tag: Tag) -> bool:
    if "msocomtxt" in tag.get_attribute_list("class"):
        return True
    first = tag.find("a") if tag.name == "div" and tag.find(("div", "table")) is None else None
    return isinstance(first, Tag) and _COMMENT.match(_id(first)) is not None


def _id(tag: Tag) -> str:
    return str(tag.get("id") or "")


def _set_quotations(soup: BeautifulSoup) -> None:
    """Make paragraphs quotations whose style is one."""
    for paragraph in soup.find_all("p"):
        if not _QUOTATIONS.isdisjoint(_names(paragraph)):
            paragraph.name = "blockquote"


def _set_items(soup: BeautifulSoup) -> None:
    """Make paragraphs items that begin with a marker and hang, and the title a heading; put inner lists deeper."""
    for paragraph in soup.find_all("p"):
        if not _TITLES.isdisjoint(_names(paragraph)):
            paragraph.name = "h1"
        elif _HANGS.search(str(paragraph.get("style") or "")) or any(map(_LISTED.match, _names(paragraph))):
            _set_item(soup, paragraph)
    for inner in soup.find_all(["ul", "ol"]):
        level = next((found for each in _names(inner) if (found := _GOOGLE.fullmatch(each))), None)
        if level is not None and inner.find_parent(["ul", "ol"]) is None:
            _wrap(soup, inner, int(level[1]))


def _set_item(soup: BeautifulSoup, paragraph: Tag) -> None:
    found = _MARKED.match(paragraph.get_text())
    if found is None:
        return
    left = len(found[0])
    for words in list(paragraph.find_all(string=True)):
        kept = words[min(left, len(words)) :]
        left -= len(words) - len(kept)
        words.replace_with(NavigableString(kept))
    style = str(paragraph.get("style") or "")
    stated, margin = _LEVEL.search(style), _MARGIN.search(style)
    level = int(stated[1]) if stated else round(float(margin[1]) / _STEPS[margin[2]]) if margin else 1
    paragraph.name = "li"
    paragraph["data-marker"] = found["marker"]
    _wrap(soup, paragraph, min(max(level, 1), 9))


def _wrap(soup: BeautifulSoup, tag: Tag, times: int) -> None:
    for _ in range(times):
        tag = tag.wrap(soup.new_tag("ul"))


def _names(tag: Tag) -> list[str]:
    return [str(each or "").lower() for each in tag.get_attribute_list("class")]


def _set_code(soup: BeautifulSoup, even: Set[int]) -> None:
    """Make paragraphs code all of whose letters, by their ids, are of one width, unless most of the page is."""
    if not even:
        return
    paragraphs = [each for each in soup.find_all("p") if each.find(_BLOCKS) is None and each.get_text().strip()]
    lines = [each for each in paragraphs if each.find_parent(["table", "pre"]) is None and _is_even(each, even)]
    if len(lines) > _TYPED * len(paragraphs):
        return
    last: Tag | None = None
    for line in lines:
        said = _typed(line)
        if last is not None and _before(line) is last:
            last.append(f"\n{said}")
            line.extract()
        else:
            line.name = "pre"
            line.clear()
            line.append(said)
            last = line


def _is_even(paragraph: Tag, even: Set[int]) -> bool:
    words = [each for each in paragraph.find_all(string=True) if each.strip()]
    return bool(words) and all(id(each) in even for each in words)


def _before(tag: Tag) -> Tag | None:
    """The element right before another, with no words between them."""
    for each in tag.previous_siblings:
        if isinstance(each, Tag):
            return each
        if str(each).strip():
            return None
    return None


def _typed(paragraph: Tag) -> str:
    """The words of a paragraph as they were typed: programs break a long line of a run in place of a space."""
    said = []
    for each in paragraph.descendants:
        if isinstance(each, Tag):
            said.append("\n" if each.name == "br" else "")
        elif type(each) is NavigableString and each.parent is paragraph:
            said.append("" if "\n" in each and each.isspace() else re.sub(r"[ \t\r\n]+", " ", each))
        elif type(each) is NavigableString:
            said.append(re.sub(r"\r?\n\t*", " ", each))
    return "".join(said)
