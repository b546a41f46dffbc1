"""Words as evidence: which words of a text carry meaning, and how much of one text another holds.

Rules for English, harmless for others: a script that writes no spaces is taken character by character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["STOPWORDS", "Word", "content_stems", "numbers", "stem", "support", "word_set", "words"]

_WORD = re.compile(
    r"\d+(?:[.,:/]\d+)*"
    r"|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)?\d*"
)
_SEPARATORS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def word_set(listed: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(listed.split())


STOPWORDS = word_set(
    "a about above after again against all also am an and any are aren't as at be because been before being below "
    "between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each few "
    "for from further get gets had has hasn't have haven't having he her here hers him his how i i'd i'll i'm i've if "
    "in into is isn't it it's its itself just let's like many may me might more most much must my no nor not of off "
    "on once only or other our ours out over own please same shall she should shouldn't so some such tell than that "
    "that's the their theirs them then there there's these they they're this those through to too under until up upon "
    "us very was wasn't we were weren't what what's when where which while who whom whose why will with won't would "
    "wouldn't yes you your yours"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word as it stands at ``start``, and the stem by which it is compared."""

    text: str
    start: int
    stem: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_content(self) -> bool:
        return self.text.lower().replace("’", "'") not in STOPWORDS


def words(text: str) -> list[Word]:
    return [Word(text=found[0], start=found.start(), stem=stem(found[0])) for found in _WORD.finditer(text)]


def stem(word: str) -> str:
    """A light stem, so that "ferries run" meets "the ferry runs": plurals, -ed and -ing, nothing finer."""
    plain = word.lower().replace("’", "'").removesuffix("'s")
    if plain[:1].isdigit():
        return _SEPARATORS.sub("", plain)
    for ending, instead, shortest in (("ies", "y", 5), ("sses", "ss", 6), ("ing", "", 6), ("ed", "", 5), ("es", "", 5)):
        if plain.endswith(ending) and len(plain) >= shortest:
            return _without_echo(plain[: -len(ending)] + instead)
    if plain.endswith("s") and not plain.endswith(("ss", "us", "is")) and len(plain) > 3:
        plain = plain[:-1]
    return _without_echo(plain)


def _without_echo(plain: str) -> str:
    """Drops a silent e and a doubled consonant: "closed", "close" and "closes" meet, so do "stopped" and "stop"."""
    if len(plain) > 3 and plain.endswith("e"):
        return plain[:-1]
    if len(plain) > 3 and plain[-1] == plain[-2] and plain[-1] not in "aeiouls":
        return plain[:-1]
    return plain


def content_stems(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning: no stop words, numbers included."""
    return frozenset(word.stem for word in words(text) if word.is_content)


def numbers(text: str) -> frozenset[str]:
    """The numbers of a text, without thousands separators."""
    return frozenset(word.stem for word in words(text) if word.text[0].isdigit())


def support(claim: str, evidence: str) -> float:
    """The share, 0 to 1, of the claim's content words that the evidence holds; 0 for a claim without any."""
    wanted = content_stems(claim)
    return len(wanted & content_stems(evidence)) / len(wanted) if wanted else 0.0
