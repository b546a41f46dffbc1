"""Citations: from what a draft rests on to spans of documents, word for word.

An extractive draft says itself what it quotes. A written one carries markers, ``[n]`` for the n-th passage it was
shown; each is narrowed to the sentence of that passage which best supports the claim it stands at, and goes where none
does. A claim that is left without one is given one where a sentence supports it well. Barred words are never cited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from steep.answering.structured import values
from steep.errors import Damaged
from steep.kinds import Quote
from steep.language import content_stems, numbers, numbers_held, sentence_spans, support
from steep.prompts import MARKER
from steep.values import Citation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from steep.answering.structured import Value
    from steep.values import Document, Hit, Passage

    Barred = Mapping[str, tuple[tuple[int, int], ...]]

__all__ = ["Cited", "citation_of", "cite", "settled", "verify"]

# the share of a claim's content words that a sentence must hold: to keep a marker, and to be given one
_MARKED = 0.35
_UNMARKED = 0.6
# what the question's own words add, to choose between sentences that support a claim equally
_TIE = 0.2
# a second sentence is taken in when it supports this much more of the claim
_GAIN = 0.2
# a quote is widened to its sentence, so that it can be read alone, unless the sentence is longer than this
_READABLE = 600

# characters of a sentence from which the one before it is known to have ended
_BEGUN = 12

# a marker with the gap before it
_MARKS = re.compile(r"[ \t]{0,3}" + MARKER.pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A text whose markers count its citations from 1; ``quotes`` are the citations as ranges of passages."""

    text: str
    citations: tuple[Citation, ...]
    quotes: tuple[Quote, ...]


def cite(
    text: str,
    *,
    question: str,
    hits: Sequence[Hit],
    quotes: Sequence[Quote] = (),
    barred: Barred | None = None,
    marked: bool = True,
    chosen: frozenset[str] = frozenset(),
) -> Cited:
    """Find the citations of a draft; those of ``quotes`` come first, as the draft orders them.

    With ``marked`` False the text stays as it is (JSON, that a marker would break), and its values are cited all the
    same. A value that was only chosen, from true and false or from ``chosen``, has no words of its own: what speaks of
    its field, or answers the question, is cited.
    """
    desk = _Desk(question, [hit.passage for hit in hits], barred or {})
    for quote in quotes:
        desk.take(quote)
    if quotes:
        return desk.cited(_MARKS.sub("", text).strip() if marked else text)
    if marked:
        return desk.cited(_remarked(text, desk))
    said = values(text, chosen)
    if said is None:
        _remarked(text, desk)
    for value in said or ():
        desk.take_value(value)
    return desk.cited(text)


def settled(text: str) -> int:
    """How much of a text that is still being written is whole sentences, with their markers, whatever comes."""
    claims = _claims(text)
    while claims and len(_MARKS.sub("", text[claims[-1][0] :]).strip()) < _BEGUN:
        claims.pop()
    return claims[-1][0] if claims else 0


def citation_of(passage: Passage, start: int, end: int, page: int | None = None) -> Citation:
    """The citation of a range of a passage."""
    return Citation(
        document=passage.document,
        version=passage.version,
        path=passage.path,
        start=passage.start + start,
        end=passage.start + end,
        text=passage.text[start:end],
        page=passage.page if page is None else page,
        heading=passage.heading,
        passage=passage.id,
    )


def verify(citations: Sequence[Citation], document: Callable[[str], Document]) -> tuple[Citation, ...]:
    """The citations, each checked against its document word for word, with the page its first word stands on.

    Raises Damaged where the index holds other words than the document.
    """
    checked = []
    for citation in citations:
        source = document(citation.document)
        if source.text[citation.start : citation.end] != citation.text:
            raise Damaged(
                f"the index does not hold the words of {citation.path} at {citation.start} to {citation.end}; "
                "run `steep index --rebuild` to make it anew."
            )
        checked.append(replace(citation, page=source.page_at(citation.start)))
    return tuple(checked)


class _Desk:
    """The passages of one request, and the spans cited from them so far."""

    def __init__(self, question: str, passages: Sequence[Passage], barred: Barred) -> None:
        self._question = question
        self._passages = passages
        self._by_id = {passage.id: passage for passage in passages}
        self._barred = barred
        self._sentences: dict[str, list[tuple[int, int]]] = {}
        self._quotes: list[Quote] = []

    def take(self, quote: Quote) -> None:
        """Cite a draft's own quote, widened to its sentence; a quote of no passage here, or of barred words, goes."""
        passage = self._by_id.get(quote.passage)
        if passage is None or not 0 <= quote.start < quote.end <= len(passage.text):
            return
        if not self._is_barred(passage, quote.start, quote.end):
            self._number(passage, *self._widened(passage, quote.start, quote.end))

    def best(self, claim: str, marked: Sequence[int]) -> list[int]:
        """The numbers of the citations for a claim: one for each marked passage that supports it.

        Where none does, or none is marked, it is the best of all, if that supports the claim well: a small model often
        says what is right and names the passage beside.
        """
        chosen = [self._passages[number - 1] for number in marked if 1 <= number <= len(self._passages)]
        found = [self._strongest(claim, [passage], _MARKED) for passage in chosen]
        if not any(found) and content_stems(claim):
            found = [self._strongest(claim, self._passages, _UNMARKED)]
        return list(dict.fromkeys(self._number(*each) for each in found if each))

    def take_value(self, value: Value) -> None:
        """Cite what a value of a JSON text rests on, by its words or, where it was only chosen, by its field."""
        if value.empty or any(self._says(words) for words in value.words) or value.words:
            return
        if not self.best(value.field, ()):
            found = self._strongest(f"{self._question} {value.field}", self._passages, _MARKED)
            if found:
                self._number(*found)

    def _says(self, words: str) -> bool:
        """Cite each sentence of a value; whether any passage supports one."""
        found = [
            self.best(_MARKS.sub("", words[start:end]).strip(), _named(words, start, end))
            for start, end in _claims(words)
        ]
        return any(found)

    def cited(self, text: str) -> Cited:
        citations = tuple(citation_of(self._by_id[each.passage], each.start, each.end) for each in self._quotes)
        return Cited(text=text, citations=citations, quotes=tuple(self._quotes))

    def _number(self, passage: Passage, start: int, end: int) -> int:
        quote = Quote(passage=passage.id, start=start, end=end)
        if quote not in self._quotes:
            self._quotes.append(quote)
        return self._quotes.index(quote) + 1

    def _strongest(self, claim: str, passages: Sequence[Passage], least: float) -> tuple[Passage, int, int] | None:
        """The stretch that supports the claim best, if it does so well enough; the earlier of two equals."""
        claimed = claim if content_stems(claim) else f"{self._question} {claim}"
        best: tuple[float, Passage, int, int] | None = None
        for passage in passages:
            for start, end in self._stretches(passage, claimed):
                score = _support(claimed, passage.text[start:end])
                weighed = score + _TIE * support(self._question, passage.text[start:end])
                if score >= least and (best is None or weighed > best[0]):
                    best = (weighed, passage, start, end)
        return best[1:] if best else None

    def _stretches(self, passage: Passage, claim: str) -> Iterator[tuple[int, int]]:
        """Its sentences, and two in a row where the second adds much."""
        spans = self._quotable(passage)
        yield from spans
        for (start, middle), (other, end) in pairwise(spans):
            alone = max(support(claim, passage.text[start:middle]), support(claim, passage.text[other:end]))
            together = passage.text[start:end]
            adjoining = not passage.text[middle:other].strip()
            if adjoining and support(claim, together) >= alone + _GAIN:
                yield start, end

    def _quotable(self, passage: Passage) -> list[tuple[int, int]]:
        if passage.id not in self._sentences:
            spans = sentence_spans(passage.text)
            self._sentences[passage.id] = [span for span in spans if not self._is_barred(passage, *span)]
        return self._sentences[passage.id]

    def _widened(self, passage: Passage, start: int, end: int) -> tuple[int, int]:
        for first, last in self._quotable(passage):
            if first <= start and end <= last and last - first <= _READABLE:
                return first, last
        return start, end

    def _is_barred(self, passage: Passage, start: int, end: int) -> bool:
        return any(start < last and first < end for first, last in self._barred.get(passage.id, ()))


def _support(claim: str, evidence: str) -> float:
    """Word support, lowered by the share of the claim's numbers that do not stand in the evidence."""
    wanted = numbers(claim)
    missing = len(wanted - numbers_held(evidence)) / len(wanted) if wanted else 0.0
    return support(claim, evidence) * (1 - 0.7 * missing)


def _remarked(text: str, desk: _Desk) -> str:
    """The text with its markers replaced by those of the citations found, at the end of each claim."""
    written: list[str] = []
    position = 0
    for start, end in _claims(text):
        claim = _MARKS.sub("", text[start:end]).strip()
        numbers = desk.best(claim, _named(text, start, end))
        marks = "".join(f"[{number}]" for number in sorted(numbers))
        written.append(text[position:start] + " ".join(part for part in (claim, marks) if part))
        position = end
    return ("".join(written) + text[position:]).strip()


def _named(text: str, start: int, end: int) -> list[int]:
    """The numbers of the passages that the markers of a claim name."""
    found = [int(number) for each in MARKER.finditer(text, start, end) for number in each[1].split(",")]
    return list(dict.fromkeys(found))


def _claims(text: str) -> list[tuple[int, int]]:
    """The sentences of a text, each with the markers that follow its full stop."""
    claims: list[tuple[int, int]] = []
    for start, end in sentence_spans(text):
        body = start
        while claims and (found := MARKER.match(text, body, end)):
            body = found.end()
            while body < end and text[body].isspace():
                body += 1
        if body > start:
            claims[-1] = (claims[-1][0], body if body == end else len(text[:body].rstrip()))
        if body < end:
            claims.append((body, end))
    return claims
