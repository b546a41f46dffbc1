"""Keeps HTML from nesting so deep that a tree of it cannot be walked, by mistake or in order to hurt."""

from __future__ import annotations

import re
import warnings
from collections import Counter

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)([^<>]*)>")
_SPACED = {"p", "pre", "textarea"}  # whose spaces may say how far a line of code is indented
_DEEP = 200  # beyond this, elements that say nothing of themselves are taken out
_DEEPEST = 800  # and beyond this all of them are
# elements that end by themselves: however many stand in a page, they do not lie within each other
_FLAT = {
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
}  # fmt: skip


def tree(markup: str) -> BeautifulSoup:
    """The page as a tree that can be walked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # pages of books are both
        markup = shallow(markup)
        # a page without any tag would be taken for a file name
        page = markup if "<" in markup else f"<p>{markup}</p>"
        return BeautifulSoup(page, "lxml", preserve_whitespace_tags=_SPACED)


def shallow(markup: str) -> str:
    """The markup with fewer levels where it has too many; its words stay."""
    if markup.count("<") <= _DEEP:
        return markup
    parts: list[str] = []
    open_tags: list[tuple[str, bool]] = []  # each with whether it was kept
    names: Counter[str] = Counter()
    end = 0
    for found in _TAG.finditer(markup):
        name = found[2].lower()
        if name in _FLAT:
            continue
        kept = _closed(name, open_tags, names) if found[1] else _opened(name, found[3], open_tags, names)
        if not kept:
            parts.append(markup[end : found.start()])
            end = found.end()
    return "".join((*parts, markup[end:])) if parts else markup


def _opened(name: str, attributes: str, open_tags: list[tuple[str, bool]], names: Counter[str]) -> bool:
    if attributes.rstrip().endswith("/"):
        return True
    deep = len(open_tags)
    kept = deep < _DEEP or (deep < _DEEPEST and bool(attributes.strip()))
    open_tags.append((name, kept))
    names[name] += 1
    return kept


def _closed(name: str, open_tags: list[tuple[str, bool]], names: Counter[str]) -> bool:
    """Whether the tag that this one closes was kept; what was left open within is closed as well."""
    if not names[name]:
        return True
    while True:
        last, kept = open_tags.pop()
        names[last] -= 1
        if last == name:
            return kept
