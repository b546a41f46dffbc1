"""The lists of a passage, and which of them answers a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.language import content_stems, sentence_spans, word_set
from steep_plugins.languages.en.questions import (
    leads_into_steps,
    wanted_count,
    wants_all_steps,
    wants_several,
    wants_steps,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Item, ItemList
    from steep_plugins.generators.reader.reading import Text

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Listing:
    """Two items or more. ``led`` is the sentence that leads into them; ``intro`` is where, if it is in the text.

    ``begun`` says that there are items before the text, ``goes_on`` that there are items behind it.
    """

    items: tuple[Item, ...]
    led: str = ""
    intro: Range | None = None
    begun: bool = False
    goes_on: bool = False

    @property
    def numbered(self) -> bool:
        return self.items[0].numbered

    def holds(self, start: int, end: int) -> bool:
        return any(item.line <= start and end <= item.end for item in self.items)


def listings(text: Text) -> tuple[Listing, ...]:
    """The lists of two items or more, in order."""
    return tuple(_listing(text, found) for found in text.lists if len(found.items) > 1)


def _listing(text: Text, found: ItemList) -> Listing:
    first, last = found.items[0].line, found.items[-1].end
    begun = text.resumes and all(block.kind == "item" for block in text.laid if block.start < first)
    goes_on = text.continues and all(block.end <= last for block in text.laid)
    intro = _intro(text.text, found.above) if found.above and not begun else None
    led = text.before if begun else text.text[slice(*intro)] if intro else ""
    return Listing(found.items, led, intro, begun, goes_on)


def _intro(text: str, above: Range) -> Range | None:
    """The last sentence of the block above a list, if it leads into it with a colon or a comma."""
    start, end = above
    spans = sentence_spans(text[start:end])
    if not spans or not text[start:end].rstrip().endswith((":", ",")):
        return None
    return start + spans[-1][0], start + spans[-1][1]


MOST = 30
"""Items that are given at most; a longer list is no answer to read."""
_GENERAL = content_stems("steps procedure process list lists name names things items kinds sorts exist give tell need")
_NUMBERS = word_set("two three four five six seven eight nine ten")


def list_around(question: str, text: Text, span: Range) -> Listing | None:
    """The list that a span stands in or leads into, if the question asks for all of it."""
    for listing in listings(text):
        leads = listing.intro is not None and listing.intro[0] <= span[0] and span[1] <= listing.intro[1]
        if leads or listing.holds(*span):
            return listing if _asks_for(question, text, listing) else None
    return None


def headed_list(question: str, text: Text) -> Listing | None:
    """The passage's only list, if what the question asks for is what the headings and the words around it name.

    The innermost heading must hold one of the question's words, and no word of it may be foreign to the passage.
    """
    found = listings(text)
    if len(found) != 1 or not _asks_for(question, text, found[0]):
        return None
    asked, headings = topic_of(question), text.lead.split(" > ")
    innermost, above = content_stems(headings[-1]), content_stems(f"{text.lead} {found[0].led}")
    inside = content_stems(text.text) if found[0].numbered and wants_steps(question) else frozenset()
    return found[0] if asked & innermost and asked <= above | inside else None


def topic_of(question: str) -> frozenset[str]:
    """The words of a question that say what it is about."""
    return content_stems(question) - _GENERAL - _NUMBERS


def singled_out(asked: frozenset[str], parts: Sequence[frozenset[str]]) -> bool:
    """Whether a word points to some of the parts and not to the others."""
    return any(0 < sum(word in part for part in parts) <= len(parts) / 2 for word in asked)


def _asks_for(question: str, text: Text, listing: Listing) -> bool:
    """Whether it wants several things, as many as there are items, of which headings speak and no item alone does.

    Who asks for the steps wants all of them, whatever else the question names.
    """
    if len(listing.items) > MOST or wanted_count(question) not in (None, len(listing.items)):
        return False
    in_order = listing.numbered or leads_into_steps(listing.led)
    if not (wants_several(question) or (in_order and wants_steps(question))):
        return False
    every = in_order and wants_all_steps(question)
    asked, topic = topic_of(question), content_stems(f"{text.lead} {listing.led}")
    items = [content_stems(text.text[item.start : item.end]) for item in listing.items]
    return (every and not asked) or (bool(asked & topic) and (every or not singled_out(asked - topic, items)))
