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
_BLOCKS = ("p", "div", "table", "ul", "ol", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")
_TYPED = 0.8  # the share of paragraphs from which on a text is typed in letters of one width


def is_written(soup: BeautifulSoup) -> bool:
    """Whether a word processor made the page."""
    made = soup.find("meta", attrs={"name": re.compile(r"generator$", re.IGNORECASE)})
    by = str(made.get("content") or "") if isinstance(made, Tag) else ""
    body = soup.body
    return bool(_GENERATOR.search(by)) or (body is not None and "doc-content" in body.get_attribute_list("class"))


def beside(tag: Tag) -> str:
    """Why a part is no text of the page: it is what each page says at its ends, or a table of contents; else ""."""
    above = tag.parent
    if tag.name == "div" and tag.get("title") in ("header", "footer") and above is not None and above.name == "body":
        return "header or footer"
    named = any(_CONTENTS.fullmatch(str(each).lower()) for each in tag.get_attribute_list("class"))
    return "table of contents" if named or _CONTENTS_ID.fullmatch(str(tag.get("id") or "")) else ""


def set_quotations(soup: BeautifulSoup) -> None:
    """Make paragraphs quotations whose style is one."""
    for paragraph in soup.find_all("p"):
        if not _QUOTATIONS.isdisjoint(str(each).lower() for each in paragraph.get_attribute_list("class")):
            paragraph.name = "blockquote"


def set_code(soup: BeautifulSoup, even: Set[int]) -> None:
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
