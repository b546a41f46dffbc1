"""What a model writes, sentence by sentence: each is said once the passages that it cites were found to support it.

A sentence without support is taken out, or the whole answer is withheld. Only a model that was taught to judge support
is asked, and it judges what it was taught on: a sentence by itself, a few words together with the question.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from steep.kinds import Abstain, Said
from steep.language import sentence_spans
from steep.prompts import MARKER, markers
from steep_plugins.intrinsics.judging import chances

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from steep.kinds import Asked, Model, Saying

__all__ = ["Unsupported", "claims", "statement", "supported", "whole_sentences"]

Unsupported = Literal["drop", "withhold"]

NOT_SUPPORTED = "what the model wrote is not supported by the passages"

_LEADING = re.compile(rf"(?:\s*{MARKER.pattern})+\s*")
_HARDLY = 0.9  # from which probability all passages together leave hardly a doubt
_BEGUN = 12  # characters of a sentence from which the one before it is known to have ended


def supported(
    sayings: Iterator[Saying], asked: Asked, model: Model, *, least: float, otherwise: Unsupported
) -> Iterator[Saying]:
    """The sayings without the sentences whose support is less likely than ``least``."""
    desk, waiting = _Desk(asked, model, least), ""
    for saying in sayings:
        if isinstance(saying, Said):
            waiting += saying.text
            whole = whole_sentences(waiting)
            yield from desk.kept(waiting[:whole])
            waiting = waiting[whole:]
        else:
            yield from desk.kept(waiting)
            waiting = ""
            yield saying
    yield from desk.kept(waiting)
    if desk.lost and (otherwise == "withhold" or not desk.said):
        yield Abstain(reason=NOT_SUPPORTED)


class _Desk:
    """Judges sentences, and counts those that were said and those that were not."""

    def __init__(self, asked: Asked, model: Model, least: float) -> None:
        self._asked, self._model, self._least = asked, model, least
        self.said = self.lost = 0

    def kept(self, text: str) -> Iterator[Said]:
        position = 0
        for start, end in claims(text):
            claim = self._judged(text[start:end])
            if claim is not None:
                self.said += 1
                yield Said(text=text[position:start] + claim)
            else:
                self.lost += 1
            position = end
        if text[position:].strip() or (text[position:] and position):
            yield Said(text=text[position:])

    def _judged(self, claim: str) -> str | None:
        """The sentence, citing a passage that supports it; None where none does.

        A small model often says what is right and cites the passage beside: another is looked for where all of them
        together leave hardly a doubt.
        """
        hits, cited = self._asked.hits, self._cited(claim)
        if self._supports(claim, cited or range(1, len(hits) + 1), self._least):
            return claim
        if cited and self._supports(claim, range(1, len(hits) + 1), max(self._least, _HARDLY)):
            for number in range(1, len(hits) + 1):
                if number not in cited and self._supports(claim, [number], self._least):
                    return f"{MARKER.sub('', claim).rstrip()} [{number}]"
        return None

    def _supports(self, claim: str, numbers: Iterable[int], least: float) -> bool:
        texts = [self._asked.hits[number - 1].passage.indexed_text for number in numbers]
        known = chances("support", self._model, texts, [{"statement": statement(claim, self._asked.question)}])
        return known is None or known[0] >= least

    def _cited(self, claim: str) -> list[int]:
        return [number for number in markers(claim) if 1 <= number <= len(self._asked.hits)]


def statement(claim: str, question: str) -> str:
    """What is judged of a sentence: its words without markers; those of an answer that is none, behind its question."""
    said = " ".join(MARKER.sub(" ", claim).split()).lstrip("-*• ").strip()
    return said if said.endswith((".", "!", "?", ":")) else f"{question.strip()} {said}."


def claims(text: str) -> list[tuple[int, int]]:
    """The sentences of a text, each with the markers behind its full stop."""
    found: list[tuple[int, int]] = []
    for start, end in sentence_spans(text):
        behind = _LEADING.match(text, start, end) if found else None
        if behind:
            found[-1] = (found[-1][0], len(text[: behind.end()].rstrip()))
        begin = behind.end() if behind else start
        if begin < end:
            found.append((begin, end))
    return found


def whole_sentences(text: str) -> int:
    """How much of a text that is still being written is whole sentences, whatever comes."""
    found = claims(text)
    while found and len(MARKER.sub("", text[found[-1][0] :]).strip()) < _BEGUN:
        found.pop()
    return found[-2][1] if len(found) > 1 else 0
