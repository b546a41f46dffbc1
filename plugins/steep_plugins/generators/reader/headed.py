"""Which list answers a question that asks for several things, or for steps: the one it stands in, or is headed so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.language import content_stems, word_set
from steep_plugins.generators.reader.asked import wanted_count, wants_several, wants_steps
from steep_plugins.generators.reader.lists import listings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.generators.reader.lists import Listing

    Range = tuple[int, int]

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
    innermost, above = content_stems(headings[-1]), content_stems(lead + " " + _intro(text, found[0]))
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
    asked, topic = topic_of(question), content_stems(lead + " " + _intro(text, listing))
    items = [content_stems(text[item.start : item.end]) for item in listing.items]
    return bool(asked & topic) and not singled_out(asked - topic, items)


def _intro(text: str, listing: Listing) -> str:
    return text[slice(*listing.intro)] if listing.intro else ""
