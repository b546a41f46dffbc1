"""Codes, numbers, versions and dates: the forms in which people write one, brought to one.

`ERR1042`, `ERR-1042`, `err_1042` and `ERR 1042` are one code, and `1,250`, `1 250` and `1250` one number. No language
has a say in it: what may group thousands or stand before decimals is taken for both where nothing tells which it is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["broken", "chunks", "edges", "forms", "number_forms"]

_LONGEST = 32  # letters of a code; what is longer is a path, a key or a hash, which is found by its parts
_PARTS = 5
_HYPHENS = "\u2010\u2011\u2012\u2013\u2212"

# letters and digits, with what stands between the parts of a code
_RUN = re.compile(r"[^\W_]+(?:[-_./:]+[^\W_]+)*")
_TELLING = re.compile(r"[\d_]")  # without one of these a run is a word, or words
_SPLIT = re.compile(r"[-_./:]+")
_HALVES = re.compile(r"[^\W\d_]+|\d+")
# "1,250", "1 250", "1'250.50", "3,50": one separator for all thousands, another one before decimals
_NUMBER = re.compile(
    r"(?<![\w.,])(?<!\d[ '’])"
    r"(?:([1-9]\d{0,2})([,. '’])(\d{3}(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?|(\d+)[.,](\d+))"
    r"(?![.,'’]?\w)"
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_VERSION = re.compile(r"[vV]?(\d+(?:\.\d+)+)")
_CLOCK = re.compile(r"\d+(?::\d+)+")
# "ERR 1042", "Mach 5", "IL 6"; "10 kg"
_BEFORE = re.compile(r"(?<![\w-])([^\W\d_]{1,4}|[A-Z]{5,8}) (\d{1,12})(?!\w|[.,:/'-]\d)")
_AFTER = re.compile(r"(?<![\w.,:/'-])(?<!\d[ '])(\d{1,12}) ([^\W\d_]{1,3})(?!\w)")
# what the three patterns above want on either side of a space that they go over
_LAST_DIGIT, _FIRST_DIGIT = re.compile(r"\d\Z"), re.compile(r"\d")
_LAST_WORD = re.compile(r"(?<![\w-])([^\W\d_]{1,4}|[A-Z]{5,8})\Z")
_FIRST_WORD = re.compile(r"([^\W\d_]{1,3})(?!\w)")


def forms(text: str, common: frozenset[str] = frozenset()) -> list[str]:
    """The forms under which a text's codes, numbers, versions and dates are looked for beside the words themselves.

    ``common`` are words that make no code with the number beside them: "in 1998".
    """
    plain = _plainly(text)
    if not _TELLING.search(plain):
        return []
    found = [form.casefold() for run in _RUN.findall(plain) if _TELLING.search(run) for form in _of_run(run)]
    for match in _NUMBER.finditer(plain):
        found += number_forms(match[0])
    for pattern, word in ((_BEFORE, 1), (_AFTER, 2)):
        found += [
            f"{match[1]}{match[2]}".casefold()
            for match in pattern.finditer(plain)
            if match[word].casefold() not in common
        ]
    return found


def broken(text: str) -> list[str]:
    """The numbers and dates of a text that are written in parts which are numbers themselves: "1 250", "2024-03-01"."""
    plain = _plainly(text)
    numbers = [match[0] for match in _NUMBER.finditer(plain) if match[2] and match[2] in " '’"]
    return numbers + [run for run in _RUN.findall(plain) if _date(run) or _CLOCK.fullmatch(run)]


def chunks(text: str) -> list[str]:
    """A text as ``forms`` reads it, cut at its spaces: no word goes over one, and a form only where ``edges`` meet."""
    plain = _plainly(text)
    for end in "\n\r\t":
        if end in plain:
            plain = plain.replace(end, f" {end} ")  # over these no form goes
    return plain.split(" ")


class Edges(NamedTuple):
    """What a chunk ends in, or begins with, that may be one part of a form whose other part is the chunk beside it."""

    last_digit: bool
    last_word: bool
    first_digit: bool
    first_word: bool


def edges(chunk: str, common: frozenset[str] = frozenset()) -> Edges:
    """A form goes from one chunk to the next from digit to digit, from word to digit, or from digit to word at most."""
    last, first = _LAST_WORD.search(chunk), _FIRST_WORD.match(chunk)
    return Edges(
        last_digit=bool(_LAST_DIGIT.search(chunk)),
        last_word=last is not None and last[1].casefold() not in common,
        first_digit=bool(_FIRST_DIGIT.match(chunk)),
        first_word=first is not None and first[1].casefold() not in common,
    )


def _plainly(text: str) -> str:
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    for hyphen in _HYPHENS:
        plain = plain.replace(hyphen, "-")  # far sooner than a table of letters
    return plain


def number_forms(written: str) -> list[str]:
    """The plain forms of a number that has separators: "1,250.50" is 1250.5, and "1.250" may be 1250 and 1.25."""
    match = _NUMBER.fullmatch(written)
    if match is None:
        return []
    first, separator, rest, decimals, whole, fraction = match.groups()
    if first is None:
        return [_plain(whole, fraction)]
    found = [_plain(first + rest.replace(separator, ""), decimals or "")]
    if separator in ",." and not decimals and len(rest) == 3:
        found.append(_plain(first, rest))
    return found


def _plain(whole: str, fraction: str) -> str:
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def _of_run(run: str) -> Iterator[str]:
    if len(run) > _LONGEST:
        return
    date = _date(run)
    if date:
        yield date
    elif match := _VERSION.fullmatch(run):
        if match[1].count(".") > 1 or not run[0].isdigit():
            yield match[1]
    elif _CLOCK.fullmatch(run):
        yield run
    else:
        yield from _of_code(run)


def _date(run: str) -> str:
    """A date as ISO 8601 has it; "" for what is none, or may be two."""
    if match := _ISO.fullmatch(run):
        year, _, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(run):
        day, separator, month, year = match.groups()
        if separator == "/" and int(day) <= 12 and int(month) <= 12 and day != month:
            return run  # the third of April or the fourth of March
        if int(month) > 12:
            day, month = month, day
    else:
        return ""
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return ""
    return f"{year}-{int(month):02}-{int(day):02}"


def _of_code(run: str) -> Iterator[str]:
    parts = _SPLIT.split(run)
    mixed = any(each.isdigit() for each in run) and any(each.isalpha() for each in run)
    if len(parts) > 1 and len(parts) <= _PARTS and mixed:
        yield _joined(run)
    if "_" in run:
        yield from parts
    if mixed:
        for part in parts:
            halves = _HALVES.findall(part)
            if len(halves) == 2 and all(len(half) >= (3 if half[0].isdigit() else 2) for half in halves):
                yield from halves


def _joined(run: str) -> str:
    """A code without what parts it; a point between digits stays, since 1.23 is not 123."""
    return re.sub(r"(?<!\d)\.|\.(?!\d)|[-_/:]+", "", run)
