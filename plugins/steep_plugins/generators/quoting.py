"""The reply of a model that quotes before it answers: what it quoted is cited, and what follows is said.

    [2] Staff cards are never charged.
    No, staff cards are never charged for items that come back late.

Written in this order, the answer rests on words that stand there already, and the citation is the model's own. A
quotation that stands in no passage is not cited; the passage that it named then is, by the answer's own words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.kinds import Abstain, Quote, Said
from steep.language import sentence_spans, support
from steep_plugins.generators.supported import claims, whole_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Saying
    from steep.values import Hit, Passage

__all__ = ["quoted"]

_QUOTATION = re.compile(r"\s*\[(\d{1,2})\] +(\S[^\n]*)")
_BEGUN = re.compile(r"\s*(\[(\d{1,2}(\]([^\S\n][^\n]*)?)?)?)?")  # what may still become one
_GAP = re.compile(r" ?(?:\.\.\.|…) ?")  # where a quotation leaves out what stands between
NOT_HELD_AFTER_ALL = "the model quoted a sentence, and found that it does not hold the answer"

_NEARLY = 0.8  # the share of a quotation's words that a sentence must hold, where it is not there to the letter
_LEAST = 3  # words of a part of a quotation, which is looked for by itself


def quoted(sayings: Iterator[Saying], hits: Sequence[Hit], *, abstention: str) -> Iterator[Saying]:
    """The sayings with quotations in front of them turned into what is cited, each sentence marked with its passage.

    A reply without one is said as it is. ``abstention`` is the sentence that says that there is no answer.
    """
    reply = _Reply(hits, abstention)
    for saying in sayings:
        if isinstance(saying, Said):
            yield from reply.goes_on(saying.text)
        else:
            yield from reply.ends()
            yield saying
    yield from reply.ends()


class _Reply:
    """A reply as it comes: ``quotation`` was the last in front of the answer, ``number`` the passage that it names."""

    def __init__(self, hits: Sequence[Hit], abstention: str) -> None:
        self._hits, self._abstention = hits, abstention
        self._waiting, self._leads = "", True
        self._quotation, self._number = "", 0

    def goes_on(self, text: str) -> Iterator[Saying]:
        self._waiting += text
        while self._leads and (found := _QUOTATION.match(self._waiting)) and self._waiting[found.end() :]:
            self._quotation, self._number = found[2].strip(), int(found[1])
            yield from _quotes(self._quotation, self._number, self._hits)
            self._waiting = self._waiting[found.end() + 1 :]
        self._leads = self._leads and bool(_BEGUN.fullmatch(self._waiting))
        if not self._leads:
            yield from self._said(whole_sentences(self._waiting) if self._number else len(self._waiting))

    def ends(self) -> Iterator[Saying]:
        """What was held back, now that no more comes: a quotation that nothing followed is an answer by itself."""
        if self._leads and _QUOTATION.fullmatch(self._waiting):
            yield from self.goes_on("\n")
        if self._leads and self._number and not self._waiting.strip():
            self._waiting = self._quotation
        if self._number and self._waiting.strip(" .\n") == self._abstention.strip(" ."):
            yield Abstain(reason=NOT_HELD_AFTER_ALL)
        else:
            yield from self._said(len(self._waiting))
        self._waiting, self._leads = "", False

    def _said(self, until: int) -> Iterator[Said]:
        """So much of what waits, each sentence of it with the marker of what was quoted."""
        text, self._waiting = self._waiting[:until], self._waiting[until:]
        position = 0
        for _, end in claims(text) if self._number else ():
            yield Said(text=f"{text[position:end]} [{self._number}]")
            position = end
        if text[position:]:
            yield Said(text=text[position:])


def _quotes(quotation: str, number: int, hits: Sequence[Hit]) -> Iterator[Quote]:
    """Where it stands: in the passage that it names, else to the letter in another, else nearly so in the one named."""
    named = [hit.passage for hit in hits[number - 1 : number]]
    parts = [part.strip(" \"“”'`") for part in _GAP.split(quotation)]
    for part in [part for part in parts if len(part.split()) >= _LEAST] or [quotation.strip()]:
        others = (place for hit in hits if (place := _to_the_letter(part, hit.passage)))
        found = next(filter(None, (_to_the_letter(part, passage) for passage in named)), None) or next(others, None)
        if found is None:
            found = next(filter(None, (_nearly(part, passage) for passage in named)), None)
        if found is not None:
            yield found


def _to_the_letter(part: str, passage: Passage) -> Quote | None:
    """Its place in a passage, however words are set apart there."""
    found = re.search(r"\s+".join(map(re.escape, part.split())), passage.text, re.IGNORECASE) if part else None
    return Quote(passage=passage.id, start=found.start(), end=found.end()) if found else None


def _nearly(part: str, passage: Passage) -> Quote | None:
    spans = sentence_spans(passage.text)
    best = max(spans, key=lambda span: support(part, passage.text[slice(*span)]), default=None)
    if best is None or support(part, passage.text[slice(*best)]) < _NEARLY:
        return None
    return Quote(passage=passage.id, start=best[0], end=best[1])
