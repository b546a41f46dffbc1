"""Sentences and content words of a text, by rule."""

from __future__ import annotations

import re
from functools import lru_cache

_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|[Dd]r|[Mm]rs?|[Mm]s|[Ss]t|[Pp]rof|[Nn]o|[Vv]s|[Ff]ig|[Ee]tc|e\.g|i\.e|cf|al|approx"
    r"|Inc|Ltd|Co|Jr|Sr|vol|ca))\.$"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

_STOP_WORDS = (
    "a about above after again against all also am an and any are as at be because been before being below "
    "between both but by can could did do does doing down during each either else ever few for from further "
    "get had has have having he her here hers him his how however i if in into is it its itself just like "
    "many may me might more most much must my no nor not now of off often on once one only or other our out "
    "over own per rather same say she should since so some such than that the their them then there these "
    "they this those through thus to too under until up upon us use used very was we well were what when "
    "where whether which while who whom whose why will with within without would yet you your "
)
STOP_WORDS = frozenset(_STOP_WORDS.split())


@lru_cache(maxsize=1024)
def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where the sentences stand; a line break ends one, an abbreviation or an initial does not."""
    spans: list[tuple[int, int]] = []
    start = 0
    for gap in _END.finditer(text):
        if "\n" not in gap.group() and _ABBREVIATION.search(text, max(start, gap.start() - 10), gap.start()):
            continue
        spans.append((start, gap.start() + len(gap.group().rstrip())))
        start = gap.end()
    spans.append((start, len(text)))
    return tuple(stripped for left, right in spans if (stripped := _stripped(text, left, right)) is not None)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence, or the run of sentences, that holds ``text[start:end]``."""
    touched = [span for span in sentence_spans(text) if span[0] < end and span[1] > start]
    return (min(touched[0][0], start), max(touched[-1][1], end)) if touched else (start, end)


def words(text: str) -> list[str]:
    return [match.group().lower() for match in _WORD.finditer(text)]


def content_words(text: str) -> set[str]:
    """Words that carry meaning, cut to their first six letters: enough to match inflected forms."""
    return {word[:6] for word in words(text) if word not in STOP_WORDS}


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
