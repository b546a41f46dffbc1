"""Abbreviations that the documents use and nowhere write out."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from steep.values import Passage

# in running text: a word in small letters stands before it
_USED = re.compile(r"(?<=[a-z,] )(?P<short>[A-Z]{3,5})(?=s?[.,;)]?(?:\s|$))")
# the same, but in no row of names
_PROSE = re.compile(
    r"(?<=[a-z] )(?<![A-Z] and )(?<![A-Z] or )(?P<short>[A-Z]{3,6})(?=s?[.;)]?(?:\s|$))(?!,? (?:(?:and|or) )?[A-Z])"
)
# a bracket, a colon or a dash beside it may write it out
_BESIDE = r"\(\s*(?:the )?[\"“]?{short}\b|\b{short}s?[\"”]?\s*(?:[(:=|–—]|-\s|\bis short\b|\bstands? for\b|\bmeans\b)"
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_PLAIN = re.compile(r"(?<![\w./:@-])[a-z]{3,6}(?![\w/:@-]|\.\w)")
_SMALL = frozenset(("of", "and", "the", "for", "to", "in", "on", "a", "an", "with", "by"))
_TITLE = re.compile(r"[A-Z][\w'’]*(?:(?:[ -](?:of|and|the|for|to|in|on|with|&))*[ -/]?[A-Z][\w'’]*)+")
_ROW = "abcdefghijklmnopqrstuvwxyz"  # letters in a row stand for nothing
_ROMAN = re.compile(r"[IVXLC]+")
_QUESTIONS = ("what does {x} stand for", "what is {x} short for", "what do the letters {x} stand for")


def unexplained(passages: Sequence[Passage], rng: Random) -> Iterator[tuple[str, str]]:
    """(the abbreviation, the question): no passage tells it by words with its initials, or by a bracket beside it.

    In a passage that names it any words may tell it, in the others only words with a capital, as in a title.
    """
    naming: dict[str, list[str]] = defaultdict(list)
    plain: set[str] = set()
    titles: set[str] = set()
    for text in (passage.indexed_text for passage in passages):
        for short in sorted({match["short"] for match in _USED.finditer(text)}):
            naming[short].append(text)
        plain.update(_PLAIN.findall(text))
        titles.update(_initials(title) for title in _TITLE.findall(text))
    for short, texts in sorted(naming.items()):
        letters = short.lower()
        if not any(short in _PROSE.findall(text) for text in texts):
            continue
        if letters in plain or letters in _ROW or _ROMAN.fullmatch(short) or any(letters in title for title in titles):
            continue
        beside = re.compile(_BESIDE.format(short=short))
        told = any(letters in _initials(text) or letters in _initials(text, small=True) for text in texts)
        built = re.compile(_of_another(short))
        told = told or any(
            beside.search(text) or built.search(text) for text in (each.indexed_text for each in passages)
        )
        if not told:
            yield short, rng.choice(_QUESTIONS).format(x=short)


def _of_another(short: str) -> str:
    """A pattern for words that end in a shorter abbreviation: "virtual TLS" tells what VTLS is."""
    ways = (
        "".join(rf"(?i:{letter})\w+\W{{1,3}}" for letter in short[:cut]) + rf"{short[cut:]}\b"
        for cut in range(1, len(short) - 1)
    )
    return rf"\b(?:{'|'.join(ways)})"


def _initials(text: str, *, small: bool = False) -> str:
    """The first letters of the words in their order, with or without those of "of" and "and"."""
    return "".join(word[0].lower() for word in _WORD.findall(text) if small or word.lower() not in _SMALL)
