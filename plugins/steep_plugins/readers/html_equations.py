"""Equations that a page holds twice, as KaTeX, MathJax and MediaWiki write them: drawn, and in MathML out of sight.

The drawing says nothing in order (a fraction is two letters on top of each other), so the MathML is read where it is,
and nothing is counted as left out. MathML that states more than is drawn stays hidden: nobody sees it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bs4.element import NavigableString, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup
    from bs4.element import PageElement

_GLYPH = re.compile(r"mjx-c([0-9A-F]{1,5})$")
_CODE = re.compile(r"[0-9A-F]{1,5}$")
_GREEK = re.compile(r"\\(?:var)?([A-Za-z]{2,7})")
_NOTED = ("annotation", "annotation-xml")
_MOST_BESIDE, _ANY_BESIDE = 4, 40  # letters of commands in a picture's TeX, by the equation's and beyond
_NEAR = 4  # elements between an equation and what stands beside its drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """``wrapper`` holds nothing but the equation, and ``drawn`` stands beside it."""

    math: Tag
    wrapper: Tag
    drawn: Tag


def is_equation(tag: Tag) -> bool:
    """Whether it is MathML."""
    return tag.name.rpartition(":")[2] == "math"


def twins(soup: BeautifulSoup) -> list[Twin]:
    """Equations whose drawing stands beside them, kept from those who listen; that mark of it is taken off."""
    found = []
    for math in soup.find_all(is_equation):
        wrapper = math
        for _ in range(_NEAR):
            near = list(_beside(wrapper))
            drawn = next((each for each in near if each.get("aria-hidden") == "true"), None)
            if drawn is not None:
                del drawn["aria-hidden"]
                found.append(Twin(math=math, wrapper=wrapper, drawn=drawn))
            if near or wrapper.parent is None or wrapper.parent.parent is None:
                break
            wrapper = wrapper.parent
    return found


def settle(pairs: list[Twin], hidden: set[int], faint: list[NavigableString]) -> None:
    """Put equations in the place of drawings that are seen and say as much; the drawings of others are hidden again."""
    unseen = {id(each) for each in faint}
    read: set[int] = set()
    for pair in pairs:
        if pair.drawn.parent is None:  # it is the twin of another that is read
            continue
        if _is_drawn(pair.math, _letters(pair.drawn, hidden, unseen)):
            pair.wrapper.extract()
            pair.drawn.replace_with(pair.math.extract())
            hidden.discard(id(pair.math))
            read |= {id(each) for each in pair.math.find_all(string=True)}
        else:
            hidden.add(id(pair.drawn))
    faint[:] = [each for each in faint if id(each) not in read]


def _beside(tag: Tag) -> Iterator[Tag]:
    """The element before it and the one after it."""
    for side in (tag.previous_siblings, tag.next_siblings):
        found = next((each for each in side if isinstance(each, Tag)), None)
        if found is not None:
            yield found


def _is_drawn(math: Tag, seen: str) -> bool:
    """Whether an equation's letters are among those that are seen, its words whole, and little else is seen."""
    said = _letters(math, set(), set())
    words = (_bare(str(each)) for each in math.find_all(string=True) if each.find_parent(_NOTED) is None)
    return (
        len(seen) <= _MOST_BESIDE * len(said) + _ANY_BESIDE
        and Counter(said) <= Counter(seen)
        and all(word in seen for word in words)
    )


def _letters(tag: Tag, hidden: set[int], unseen: set[int]) -> str:
    """The letters and figures in what is seen of an element."""
    said: list[str] = []
    waiting: list[PageElement] = [tag]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Tag):
            if id(each) not in hidden and each.name.rpartition(":")[2] not in _NOTED:
                said += _pictured(each)
                waiting += reversed(each.contents)
        elif type(each) is NavigableString and id(each) not in unseen:
            said.append(str(each))
    return _bare("".join(said))


def _bare(words: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", words) if each.isalnum())


def _pictured(tag: Tag) -> Iterator[str]:
    """What is drawn without a word: characters that MathJax names by their numbers, and pictures of TeX."""
    for name in tag.get_attribute_list("class"):
        if glyph := _GLYPH.match(str(name or "")):
            yield chr(int(glyph[1], 16))
    if _CODE.match(code := str(tag.get("data-c") or "")):
        yield chr(int(code, 16))
    if tag.name == "img":
        tex = str(tag.get("alt") or "")
        yield tex
        yield from (_greek(found[1]) for found in _GREEK.finditer(tex))


def _greek(name: str) -> str:
    """The letter that a command of TeX is named after; "" for another command."""
    known = "LAMDA" if name.lower() == "lambda" else name.upper()
    try:
        return unicodedata.lookup(f"GREEK {'CAPITAL' if name[0].isupper() else 'SMALL'} LETTER {known}")
    except KeyError:
        return ""
