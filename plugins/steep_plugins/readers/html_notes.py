"""What a page says by links and boxes: marks of notes, arrows that lead back from a note, tasks that are ticked off."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from bs4.element import NavigableString, Tag

from steep_plugins.readers.html_office import is_comment_mark

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

__all__ = ["is_label", "is_note", "write_notes"]

_MARK = re.compile(r"\W{0,2}(?:\d{1,3}|[a-z]|[*†‡§]+)\W{0,2}$")
_ARROWS = re.compile(r"[\s\[\](){}↩↑⇑⏎⤴⬆⬑↖←\ufe0e\ufe0f^]*$")
_OF_WORD = re.compile(r"#_(?:ftn|edn)\d")
_SIGNS = frozenset(("sdfootnotesym", "sdendnotesym"))  # of notes, as LibreOffice writes them
_BLOCKS = ("aside", "body", "div", "dd", "html", "li", "p", "section", "td")
_NEAR = 8  # elements and words between the beginning of an item and its box
_NOTES = frozenset(("footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes", "note"))


def write_notes(soup: BeautifulSoup) -> None:
    """Set the marks of notes apart in brackets, take arrows back out, and say of tasks whether they are done."""
    for link in soup.find_all("a"):
        words = link.get_text().strip()
        mark = _mark_of(link)
        begins = _begins(mark or link)
        if words and _ARROWS.match(words) and "#" in str(link.get("href") or ""):
            link.extract()
        elif mark is not None and _MARK.match(words) and not is_comment_mark(link):
            mark.replace_with(NavigableString(f"[{words.strip('[]()')}] " if begins else f" [{words.strip('[]()')}]"))
        elif begins and _MARK.match(words) and not _SIGNS.isdisjoint(link.get_attribute_list("class")):
            link.replace_with(NavigableString(f"[{words}] "))
    for box in soup.find_all("input", type="checkbox"):
        if _is_task(box):
            box.replace_with(NavigableString("[x] " if box.has_attr("checked") else "[ ] "))


def is_note(tag: Tag) -> bool:
    """Whether it holds notes of the text, wherever they stand."""
    return bool(_kinds(tag) & _NOTES)


def is_label(tag: Tag) -> bool:
    """Whether it is what a note begins with, its number, which stands on a line with its words."""
    parent = tag.parent
    return tag.name == "span" and "label" in tag.get_attribute_list("class") and parent is not None and is_note(parent)


def _kinds(tag: Tag) -> set[str]:
    """What a page of a book or an article states that a part is."""
    stated = f"{tag.get('role') or ''} {tag.get('epub:type') or ''}".lower().split()
    return {each.removeprefix("doc-") for each in stated}


def _begins(tag: Tag) -> bool:
    """Whether no words stand before it in its block."""
    for before in itertools.islice(tag.previous_elements, _NEAR):
        if isinstance(before, NavigableString) and before.strip():
            return False
        if isinstance(before, Tag) and before.name in _BLOCKS:
            return True
    return False


def _mark_of(link: Tag) -> Tag | None:
    """The link, or the raised letters that it is, where these are the mark of a note; else None."""
    above = link.parent
    if above is not None and above.name == "sup":
        return above if above.get_text().strip() == link.get_text().strip() else link
    inner = link.find("sup")
    raised = isinstance(inner, Tag) and inner.get_text().strip() == link.get_text().strip()
    return link if raised or "noteref" in _kinds(link) or _OF_WORD.match(str(link.get("href") or "")) else None


def _is_task(box: Tag) -> bool:
    """Whether a box begins an item of a list and cannot be ticked here: a form's box says nothing yet."""
    if not box.has_attr("disabled"):
        return False
    for before in itertools.islice(box.previous_elements, _NEAR):
        if isinstance(before, Tag) and before.name == "li":
            return True
        if isinstance(before, NavigableString) and before.strip():
            return False
    return False
