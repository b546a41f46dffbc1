"""Slips of the finger: the words that are one edit away from a word that an index does not know.

An edit is a letter too many, too few, wrong, or one that changed places with its neighbour. The letters are those that
the index holds, so that no alphabet is presumed. Short words are left alone, and so are words with digits: another
number is another thing.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["letters_of", "one_slip_away"]

_SHORTEST, _LONGEST = 4, 32
_UNSPELT = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")  # their characters are no letters of words


def letters_of(words: Iterable[str]) -> str:
    """The letters that words are spelt with, in order."""
    return "".join(sorted({each for each in set().union(*words) if each.isalpha() and _script(each) not in _UNSPELT}))


def one_slip_away(word: str, letters: str) -> list[str]:
    """The words, known or not, that one edit makes of a word; none of one that is short or has digits."""
    if not (_SHORTEST <= len(word) <= _LONGEST and word.isalpha()):
        return []
    scripts = {_script(each) for each in word}
    own = [each for each in letters if _script(each) in scripts]
    return sorted({*_edited(word, own)} - {word}) if own else []


def _edited(word: str, letters: list[str]) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
            yield from (before + each + after[1:] for each in letters)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + each + after for each in letters)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
