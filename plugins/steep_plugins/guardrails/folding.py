"""Takes the disguises off a text, so that rules see the words a model would understand.

``fold`` makes one sentence plain. ``views`` are what the sentence may stand for, read as a cipher; ``blocks`` are the
stretches of a text that are some other text in code, decoded again and again until nothing changes. Each runs in linear
time and takes any string, lone surrogates included; how deep and how much is decoded is bounded.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["bidi_overrides", "blocks", "fold", "hidden_tags", "invisible_inside_words", "telling_of", "views"]

# letters of other scripts that look like Latin ones; those that Unicode calls a Latin letter are told by their names
_LOOKALIKES = str.maketrans(
    "абвгеёзіїјкмнорстухһѕԁԛԝьαβγεηικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕІЈКМНОРСТХЅɡɩ",
    "abbreeziijkmhopctyxhsdqwbabyenikvoptuxwabezhikmnoptyxabeijkmhopctxsgi",
)
_STYLED = re.compile(r"(?:LETTER SMALL CAPITAL|LATIN CAPITAL LETTER|REGIONAL INDICATOR SYMBOL LETTER) ([A-Z])$")
_STYLED_RANGES = ((0x1D00, 0x1D30), (0xA730, 0xA732), (0x0262, 0x02A0), (0x1F110, 0x1F200), (0xA7AF, 0xA7B0))
_LEET = str.maketrans("013457@$!|", "oieastasil")
_LEET_SIGNS = frozenset(map(chr, _LEET))
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{2,6}\U000e007f")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
_INSIDE = re.compile("(?<=[A-Za-z])[\u200b\u200c\u200d\u2060\ufeff\u00ad](?=[A-Za-z])")
_OVERRIDES = re.compile("[\u202d\u202e]")
_MIXED = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z]")
_SPACED = re.compile(r"(?:(?<!\w)[^\W_][ .*|_·~-]{1,3}){6,200}[^\W_](?!\w)")
_JOINING = "-.·*|~_"
_JOINTS = re.compile(rf"(?<=[^\W\d_])[{_JOINING}](?=[^\W\d_])")
_FEW_JOINTS = 3

# text in code: how it looks, and how it is read
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,6000}={0,2}")
_BASE64_LINES = re.compile(r"^(?:[A-Za-z0-9+/_-]{2,100}={0,2}[ \t]{0,3}(?:\n|\Z)){2,400}", re.MULTILINE)
_HEX = re.compile(r"(?:(?:0x|\\x)?[0-9a-fA-F]{2}[ :,]{0,2}){12,3000}")
_DECIMAL = re.compile(r"(?:(?:&#|\\u00|#)?\d{2,3}[ ,;:-]{1,2}){7,2000}+(?:\d{2,3})?")
_PERCENT = re.compile(r"(?:[\w.~+-]{0,12}%[0-9a-fA-F]{2}){3,2000}[\w.~+-]{0,12}")
_ENTITIES = re.compile(r"(?:[\w ]{0,12}&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,10});){3,2000}[\w ]{0,12}")
_ESCAPES = re.compile(r"(?:[\w ]{0,12}\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})){3,2000}[\w ]{0,12}")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{6,4000}")
_DEEP = 4
_MOST = 64


@cache
def _styled() -> dict[int, str]:
    """Small capitals, squared letters and regional indicators, each with the letter that its name ends in."""
    table: dict[int, str] = {}
    for first, last in _STYLED_RANGES:
        for code in range(first, last):
            if found := _STYLED.search(unicodedata.name(chr(code), "")):
                table[code] = found[1].lower()
    return table


def fold(text: str) -> str:
    """Compatibility forms, accents, invisible characters, look-alikes and case taken away; white space made single."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text).translate(_styled())).casefold()
    plain = "".join(each for each in plain if unicodedata.category(each) not in ("Mn", "Cf", "Cs"))
    return " ".join(_MIXED.sub(_one_script, plain).split())


def views(plain: str, vocabulary: frozenset[str], telling: Telling) -> Iterator[tuple[str, str]]:
    """What a folded sentence may stand for: (name of the cipher, text). ``vocabulary`` are the words in it."""
    if not _LEET_SIGNS.isdisjoint(plain):
        leet = " ".join(word.translate(_LEET) if _is_leet(word) else word for word in plain.split(" "))
        if leet != plain:
            yield "leet", leet
    for name, (words, turned) in telling.items():
        if not vocabulary.isdisjoint(words):
            yield name, turned(plain)
    for found in _SPACED.finditer(plain):
        yield "spaced", re.sub(r"[\W_]", "", found[0])
    if sum(map(plain.count, _JOINING)) >= _FEW_JOINTS:
        joined, joints = _JOINTS.subn("", plain)
        if joints >= _FEW_JOINTS:
            yield "hyphened", joined


Telling = Mapping[str, tuple[frozenset[str], Callable[[str], str]]]


def telling_of(words: frozenset[str]) -> Telling:
    """Words that make a sentence worth deciphering, as each cipher writes them, with how to read it."""
    ways = {"rot13": _rot13, "reversed": _reversed}
    return {name: (frozenset(map(turned, words)), turned) for name, turned in ways.items()}


def blocks(text: str) -> Iterator[tuple[str, int, int, str]]:
    """The stretches of a text that are text in code: (name of the code, start, end, decoded to the end)."""
    count = 0
    for name, sign, pattern, read in _CODES:
        if sign not in text:
            continue
        for found in pattern.finditer(text):
            decoded = read(found[0])
            if _is_text(decoded):
                yield name, found.start(), found.end(), _to_the_end(decoded)
                count += 1
                if count >= _MOST:
                    return


def hidden_tags(text: str) -> str:
    """What Unicode tag characters spell, which no screen shows; those of flags are not counted."""
    return "".join(chr(ord(each) - 0xE0000) for run in _TAGS.findall(_FLAG.sub("", text)) for each in run)


def invisible_inside_words(text: str) -> int:
    """How many invisible characters stand between two Latin letters."""
    return len(_INSIDE.findall(text))


def bidi_overrides(text: str) -> int:
    """How many characters force a reading direction, which no ordinary text needs."""
    return len(_OVERRIDES.findall(text))


def _to_the_end(text: str) -> str:
    """A decoded text with what is in code in it decoded in its place, until nothing changes."""
    for _ in range(_DEEP):
        before = text
        for _, sign, pattern, read in _CODES:
            if sign in text:
                text = pattern.sub(lambda found, read=read: _if_text(read(found[0]), found[0]), text)  # type: ignore[misc]
        if text == before:
            break
    return text


def _if_text(decoded: str, instead: str) -> str:
    return decoded if _is_text(decoded) else instead


def _is_text(decoded: str) -> bool:
    shown = sum(each.isprintable() or each.isspace() for each in decoded) - decoded.count("\ufffd")
    return len(decoded) >= 6 and shown >= 0.9 * len(decoded) and sum(map(str.isalpha, decoded)) >= len(decoded) // 2


def _from_base64(run: str) -> str:
    data = re.sub(r"\s", "", run).rstrip("=").replace("-", "+").replace("_", "/")
    data = data[: len(data) - (len(data) % 4 == 1)]
    if len(data) < 16 or (data.isalpha() and (data.islower() or data.isupper())):
        return ""
    return base64.b64decode(data + "=" * (-len(data) % 4)).decode("utf-8", "replace")


def _from_hex(run: str) -> str:
    return binascii.unhexlify(re.sub(r"0x|\\x|[ :,]", "", run)).decode("utf-8", "replace")


def _from_decimal(run: str) -> str:
    return "".join(chr(int(each)) if 32 <= int(each) < 127 else "\ufffd" for each in re.findall(r"\d{2,3}", run))


def _from_escapes(run: str) -> str:
    return re.sub(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))", lambda found: chr(int(found[1] or found[2], 16)), run)


def _from_selectors(run: str) -> str:
    """Bytes written as variation selectors, sixteen in one block of Unicode and the rest in another."""
    codes = (ord(each) for each in run)
    return bytes(code - 0xFE00 if code < 0xFE10 else code - 0xE0100 + 16 for code in codes).decode("utf-8", "replace")


# name, a character without which there is none, how it looks, how it is read
_CODES: tuple[tuple[str, str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("selectors", "", _SELECTORS, _from_selectors),
    ("percent", "%", _PERCENT, unquote),
    ("entities", "&", _ENTITIES, html.unescape),
    ("escapes", "\\", _ESCAPES, _from_escapes),
    ("decimal", "", _DECIMAL, _from_decimal),
    ("hex", "", _HEX, _from_hex),
    ("base64", "\n", _BASE64_LINES, _from_base64),
    ("base64", "", _BASE64, _from_base64),
)


def _rot13(text: str) -> str:
    return codecs.encode(text, "rot13")


def _reversed(text: str) -> str:
    return text[::-1]


def _one_script(found: re.Match[str]) -> str:
    """A word of mixed scripts, read as Latin; a word that is Cyrillic or Greek throughout stays."""
    word = found[0]
    return word.translate(_LOOKALIKES) if not word.isascii() and _LATIN.search(word) else word


def _is_leet(word: str) -> bool:
    if word.isalpha() or len(word) > 30:
        return False
    return sum(each.isalpha() for each in word) >= 2
