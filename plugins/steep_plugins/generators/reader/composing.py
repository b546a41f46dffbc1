"""From the spans that were found to the whole answer: one stretch of a passage, or several for a list or a cell.

Each rule acts only where it is sure, and gives way to the next; the last one makes the best span itself whole. No
stretch touches a barred range, no two overlap, and all are the passage's own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep_plugins.generators.reader.faq import answered
from steep_plugins.generators.reader.lists import headed_list, list_around, listings
from steep_plugins.generators.reader.tables import cell_asked, column_asked, only_value, row_asked, row_said, unit_of
from steep_plugins.generators.reader.whole import complete
from steep_plugins.languages.en.questions import explains, measures, sort_asked, states, wants_several
from steep_plugins.languages.en.spans import enumeration, with_condition, with_currency

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from steep_plugins.generators.reader.lists import Listing
    from steep_plugins.generators.reader.reading import Text
    from steep_plugins.generators.reader.windows import Candidate

Range = tuple[int, int]

BULLET = "\n- "
"""What stands before an item of a list in an answer."""

MORE = "…"
"""Stands where a list or a column goes on in words that were not at hand: what is given is not the whole."""


@dataclass(frozen=True, slots=True)
class Composed:
    """``text`` is what a reader sees; ``spans`` are its words in the passage, in the order of the text.

    ``named`` says that the question named the place of the answer itself: its row and column, or the list's heading.
    ``cut`` says that the list or column goes on beyond the text.
    """

    text: str
    spans: tuple[Range, ...]
    named: bool = False
    cut: bool = False


def compose(
    question: str, texts: Sequence[Text], found: Sequence[Candidate], *, sentences: bool = True
) -> tuple[int, Composed]:
    """The passage that is quoted and the whole answer in it. ``sentences`` gives one where a statement is asked for."""
    return Composition(question, texts, sentences=sentences).by(found[0])


class Composition:
    """Whole answers to one question out of the same texts, by one best span or another, as ``compose`` gives them.

    What the question names by itself is looked for once, and not for each span.
    """

    def __init__(self, question: str, texts: Sequence[Text], *, sentences: bool = True) -> None:
        self._question = question
        self._texts = texts
        self._sentences = sentences
        self._named: list[dict[int, Composed]] = []

    def by(self, best: Candidate) -> tuple[int, Composed]:
        for composed in self._by_name():
            if best.passage in composed:
                return best.passage, composed[best.passage]
            if len(composed) == 1:
                return next(iter(composed.items()))
        text, span, question = self._texts[best.passage], (best.start, best.end), self._question
        rules: tuple[Callable[[str, Text, Range], Composed | None], ...] = (_column, whole_list, _enumerated)
        several = (_kept(rule(question, text, span), text) for rule in rules)
        whole = next(filter(None, several), None)
        return best.passage, whole or single(question, text, span, sentences=self._sentences)

    def _by_name(self) -> Iterator[dict[int, Composed]]:
        """For each rule what it finds, by the text's number; a later rule is not tried before it is wanted."""
        for number, rule in enumerate((_cell, _row, _answered, _headed)):
            if number == len(self._named):
                found = ((at, _kept(rule(self._question, text), text)) for at, text in enumerate(self._texts))
                self._named.append({at: one for at, one in found if one is not None})
            yield self._named[number]


def single(question: str, text: Text, span: Range, *, sentences: bool = True) -> Composed:
    """The span grown to whole words, units and conditions, items, cells, and for some questions to its sentence."""
    stated = sentences and (explains(question) or states(question))
    if stated and (led := _led(text, span)):
        return led
    start, end = complete(text.text, span, blocks=text.laid, barred=text.barred, sentence=stated)
    for step in (with_currency, with_condition) if sort_asked(question) or measures(question) else (with_currency,):
        grown = step(text.text, start, end)
        if not _touches(grown, text.barred):
            start, end = grown
    return Composed(text.text[start:end], ((start, end),))


def _led(text: Text, span: Range) -> Composed | None:
    """The item that a span stands in, where words in the text lead into its list."""
    for listing in listings(text):
        if listing.intro is not None and listing.holds(*span) and not _touches(listing.intro, text.barred):
            item = next(each for each in listing.items if each.line <= span[0] and span[1] <= each.end)
            place = (item.start, item.end)
            return None if _touches(place, text.barred) else behind_lead(text, listing.intro, place)
    return None


def behind_lead(text: Text, intro: Range, item: Range) -> Composed:
    """An item behind the words that lead into its list: what are *not* reasons is no answer without them."""
    if _touches(item, text.barred):
        return Composed(text.text[slice(*intro)], (intro,))
    said = " ".join(text.text[slice(*item)].split())
    return Composed(f"{text.text[slice(*intro)]}{BULLET}{said}", (intro, item))


def _kept(composed: Composed | None, text: Text) -> Composed | None:
    """What was composed, if it touches no barred range."""
    return composed if composed and not any(_touches(span, text.barred) for span in composed.spans) else None


def _cell(question: str, text: Text) -> Composed | None:
    """A cell, with the unit that its heading or the row's own column of units gives to a bare number."""
    place = None if explains(question) else cell_asked(question, text) or only_value(question, text)
    if place is None:
        return None
    unit, per = unit_of(text.text, place)
    said = text.text[slice(*place.cell)]
    said += f" {unit.words}" if unit else ""
    said += f" ({per.words})" if per else ""
    at = (unit.at if unit else None, per.at if per else None)
    return Composed(said, tuple(each for each in (place.cell, *at) if each), place.explained)


def _row(question: str, text: Text) -> Composed | None:
    """A row that the question names by its code, each cell behind its heading."""
    found = row_asked(question, text)
    if found is None:
        return None
    table, row = found[0], found[0].rows[found[1]]
    return Composed(row_said(text.text, table, row), ((row[0][0], row[-1][1]),), named=True)


def _answered(question: str, text: Text) -> Composed | None:
    """What stands behind the same question in the document."""
    place = answered(question, text)
    return Composed(text.text[slice(*place)], (place,), named=True) if place else None


def _headed(question: str, text: Text) -> Composed | None:
    listing = headed_list(question, text)
    return _listed(text, listing, named=True) if listing else None


def _column(question: str, text: Text, span: Range) -> Composed | None:
    cells = column_asked(question, text, span)
    if not cells:
        return None
    begun = text.resumes and text.laid[0].end >= cells[0][0]
    goes_on = text.continues and text.laid[-1].start <= cells[-1][1]
    said = [text.text[slice(*cell)] for cell in cells]
    return Composed("; ".join([*[MORE] * begun, *said, *[MORE] * goes_on]), cells, cut=begun or goes_on)


def whole_list(question: str, text: Text, span: Range) -> Composed | None:
    """The list that a span stands in or leads into, where the question asks for all of it."""
    listing = list_around(question, text, span)
    return _listed(text, listing) if listing else None


def _listed(text: Text, listing: Listing, *, named: bool = False) -> Composed | None:
    """The items, a line each, without those that may not be quoted; None where fewer than two are left."""
    items = [item for item in listing.items if not _touches((item.start, item.end), text.barred)]
    shown = [item.marker if item.numbered else "-" for item in items]
    words = [" ".join(text.text[item.start : item.end].split()) for item in items]
    said = [f"{mark} {each}" for mark, each in zip(shown, words, strict=True)]
    said = [*[MORE] * listing.begun, *said, *[MORE] * listing.goes_on]
    spans = tuple((item.start, item.end) for item in items)
    cut = listing.begun or listing.goes_on
    return Composed("\n".join(said), spans, named, cut) if len(items) > 1 else None


def _enumerated(question: str, text: Text, span: Range) -> Composed | None:
    found = enumeration(text.text, *span) if wants_several(question) else None
    return Composed(text.text[slice(*found)], (found,)) if found else None


def _touches(span: Range, barred: Sequence[Range]) -> bool:
    return any(start < span[1] and end > span[0] for start, end in barred)
