"""Lists in a passage, as Markdown writes them and as readers give them, and which of them answers a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from steep.language import content_stems, sentence_spans, word_set
from steep_plugins.languages.en.questions import wanted_count, wants_several, wants_steps

if TYPE_CHECKING:
    from collections.abc import Sequence


_LINE = re.compile(r"[^\n]*(?:\n|$)")
_MARKED = re.compile(r"(?P<indent>[ \t]*)(?P<marker>[-*+•]|\d{1,3}[.)])[ \t]+(?=\S)")
_OTHER = re.compile(r"[ \t]*(?:#{1,6}[ \t]|[|>]|```|~~~)")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Item:
    """``start`` to ``end`` is what it says; ``line`` is where its marker stands."""

    marker: str
    line: int
    start: int
    end: int

    @property
    def shown(self) -> str:
        """Its own number, or a dash."""
        return self.marker if self.marker[0].isdigit() else "-"


@dataclass(frozen=True, slots=True)
class Listing:
    """Items of one level; what stands below an item is part of it. ``intro`` is the sentence right above, if any."""

    items: tuple[Item, ...]
    intro: Range | None

    @property
    def numbered(self) -> bool:
        return self.items[0].marker[0].isdigit()

    def holds(self, start: int, end: int) -> bool:
        return any(item.line <= start and end <= item.end for item in self.items)


@lru_cache(maxsize=256)
def listings(text: str) -> tuple[Listing, ...]:
    """The lists of two items or more, in order."""
    found: list[Listing] = []
    items: list[Item] = []
    level = before = 0
    blank = False

    def close() -> None:
        if len(items) > 1:
            found.append(Listing(tuple(items), _intro(text, before)))
        items.clear()

    for line in _LINE.finditer(text):
        start, end = line.start(), line.start() + len(line.group().rstrip())
        if start == end:
            blank = True
            continue
        marked = _MARKED.match(text, start, end)
        indent = len(line.group()) - len(line.group().lstrip(" \t"))
        if marked and items and indent > level:
            items[-1] = replace(items[-1], end=end)
        elif marked:
            if items and (_style(items[-1].marker) != _style(marked["marker"]) or indent < level):
                close()
            if not items:
                level, before = indent, start
            items.append(Item(marked["marker"], marked.start("marker"), marked.end(), end))
        elif items and not _OTHER.match(line.group()) and (not blank or indent > level):
            items[-1] = replace(items[-1], end=end)
        else:
            close()
        blank = False
    close()
    return tuple(found)


def _style(marker: str) -> str:
    return marker[-1] if marker[0].isdigit() else marker


def _intro(text: str, before: int) -> Range | None:
    """The last sentence of the paragraph above a list, if it leads into it with a colon or a comma."""
    above = [span for span in sentence_spans(text[:before]) if span[0] < before]
    if not above or text[: above[-1][1]].rstrip()[-1:] not in (":", ","):
        return None
    return above[-1]


MOST = 30
"""Items that are given at most; a longer list is no answer to read."""
_GENERAL = content_stems("steps procedure process list lists name names things items kinds sorts exist give tell need")
_NUMBERS = word_set("two three four five six seven eight nine ten")


def list_around(question: str, text: str, lead: str, span: Range) -> Listing | None:
    """The list that a span stands in or leads into, if the question asks for all of it."""
    for listing in listings(text):
        leads = listing.intro is not None and listing.intro[0] <= span[0] and span[1] <= listing.intro[1]
        if leads or listing.holds(*span):
            return listing if _asks_for(question, text, lead, listing) else None
    return None


def headed_list(question: str, text: str, lead: str) -> Listing | None:
    """The passage's only list, if what the question asks for is what the headings and the words around it name.

    The innermost heading must hold one of the question's words, and no word of it may be foreign to the passage.
    """
    found = listings(text)
    if len(found) != 1 or not _asks_for(question, text, lead, found[0]):
        return None
    asked, headings = topic_of(question), lead.split(" > ")
    innermost, above = content_stems(headings[-1]), content_stems(lead + " " + _introduced(text, found[0]))
    inside = content_stems(text) if found[0].numbered and wants_steps(question) else frozenset()
    return found[0] if asked & innermost and asked <= above | inside else None


def topic_of(question: str) -> frozenset[str]:
    """The words of a question that say what it is about."""
    return content_stems(question) - _GENERAL - _NUMBERS


def singled_out(asked: frozenset[str], parts: Sequence[frozenset[str]]) -> bool:
    """Whether a word points to some of the parts and not to the others."""
    return any(0 < sum(word in part for part in parts) <= len(parts) / 2 for word in asked)


def _asks_for(question: str, text: str, lead: str, listing: Listing) -> bool:
    """Whether it wants several things, as many as there are items, of which headings speak and no item alone does."""
    if len(listing.items) > MOST or wanted_count(question) not in (None, len(listing.items)):
        return False
    if not (wants_several(question) or (listing.numbered and wants_steps(question))):
        return False
    asked, topic = topic_of(question), content_stems(lead + " " + _introduced(text, listing))
    items = [content_stems(text[item.start : item.end]) for item in listing.items]
    return bool(asked & topic) and not singled_out(asked - topic, items)


def _introduced(text: str, listing: Listing) -> str:
    return text[slice(*listing.intro)] if listing.intro else ""
