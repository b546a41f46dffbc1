"""Numbers that are written as words, in digits: "nine metres" and "9 metres" say the same.

Which words are numbers a language's data says. A number is one word, a ten and a unit ("twenty-five"), or either before
a scale ("two hundred"); what is longer is taken in parts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from steep.language.languages import language as language_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.language.languages import Language

__all__ = ["in_digits"]


def in_digits(text: str, language: Language, *, ones: bool = True) -> str:
    """The text in small letters with its numbers in digits.

    Without ``ones`` a word for 1 stays, which is seldom a number: "one can see".
    """
    pattern = _pattern(language.code)
    if pattern is None:
        return text.lower()

    def digits(found: re.Match[str]) -> str:
        value = _value(found, language)
        return str(value) if ones or value != 1 else found[0]

    return pattern.sub(digits, text.lower())  # a pattern that heeds no case takes three times as long


@cache
def _pattern(code: str) -> re.Pattern[str] | None:
    told = language_named(code)
    if not told.numerals:
        return None
    tens = _any_of({word: value for word, value in told.numerals.items() if 20 <= value < 100})
    units = _any_of({word: value for word, value in told.numerals.items() if value < 10})
    scale = rf"(?:[ -](?P<scale>{_any_of(told.scales)}))?" if told.scales else ""
    number = rf"(?P<ten>{tens})[ -](?P<unit>{units})|(?P<word>{_any_of(told.numerals)})"
    return re.compile(rf"\b(?:{number}){scale}\b")


def _value(found: re.Match[str], language: Language) -> int:
    parts = {name: part for name, part in found.groupdict().items() if part}
    scale = language.scales[parts.pop("scale")] if "scale" in parts else 1
    return scale * sum(language.numerals[part] for part in parts.values())


def _any_of(words: Mapping[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))
