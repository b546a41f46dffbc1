"""Phone numbers, by libphonenumber's Python port, which knows how each country writes them, and how long they are.

An international number says that it is one; so does North America's grouping. Any other digits that could be a number
of one of the regions count as one where a word such as "call" stands near.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.guardrails.identifiers import near

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["phones"]

_BEFORE, _AFTER = 48, 14
# without a plus or grouping; years and counts have fewer digits, and a year may end a sentence
_LEAST = 6
_GROUPED = re.compile(r"(?:(?:\+|00|001[ .-])?1?[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)", re.ASCII)
_SAID = near(
    r"phone|telephone|tel|mobile|cell|call|calling|dial|fax|hotline|office|whatsapp|sms|text me|reach|contact|"
    r"answering|ring|telefon|handy|téléphone|móvil|teléfono|telefono|telefone|celular|phone number|"
    r"my number|landline|extension"
)
# text without this many digits near each other is not looked at
_DIGITS = re.compile(r"\d(?:\D{0,4}\d){5}", re.ASCII)


def phones(text: str, regions: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Where numbers stand, with how sure their form makes it; ``regions`` are countries in two letters."""
    if not _DIGITS.search(text):
        return
    from phonenumbers import Leniency, PhoneNumberMatcher

    seen: set[int] = set()
    for region in (None, *regions) if "+" in text else regions:
        for found in PhoneNumberMatcher(text, region, leniency=Leniency.POSSIBLE):
            start, end = found.start, found.end
            if start not in seen and (sure := _sureness(text, start, end)):
                seen.add(start)
                yield start, end, sure


def _sureness(text: str, start: int, end: int) -> float:
    if text[start] == "+":
        return 1.0
    if text[max(0, start - 1) : start] in (".", "/", "-", "_", "=", "#"):
        return 0.0
    if _GROUPED.match(text, start, end):
        return 0.8
    if sum(each.isdigit() for each in text[start:end]) < (_LEAST + 1 if "." in text[start:end] else _LEAST):
        return 0.0
    around = f"{text[max(0, start - _BEFORE) : start]} {text[end : end + _AFTER]}"
    return 0.7 if _SAID.search(around) else 0.0
