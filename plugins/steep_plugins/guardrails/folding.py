"""Takes the disguises off a text, so that rules see the words a model would understand.

Each function runs in linear time and takes any string, lone surrogates included.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["bidi_overrides", "decodings", "fold", "hidden_tags", "invisible_inside_words", "spaced_out"]

# letters of other scripts that look like Latin ones
_LOOKALIKES = str.maketrans(
    "абвгеёзіїјкмнорстухһѕԁԛԝьαβγεηικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕІЈКМНОРСТХЅɡɩʟᴀᴄᴅᴇɪᴋᴏᴘʀꜱᴛᴜᴠᴡᴢ",
    "abbreeziijkmhopctyxhsdqwbabyenikvoptuxwabezhikmnoptyxabeijkmhopctxsgilacdeikoprstuvwz",
)
_LEET = str.maketrans("013457@$!|", "oieastasil")
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
_SPACED = re.compile(r"(?:(?<!\w)[^\W_][ .*|-]{1,2}){6,200}[^\W_](?!\w)")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,6000}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :]?){16,3000}")


def fold(text: str) -> str:
    """Compatibility forms, accents, invisible characters, look-alikes and case taken away; white space made single."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).casefold()
    plain = "".join(each for each in plain if unicodedata.category(each) not in ("Mn", "Cf", "Cs"))
    return " ".join(_MIXED.sub(_one_script, plain).split())


def decodings(text: str) -> Iterator[tuple[str, str]]:
    """What a text may stand for when read as a cipher: (name of the cipher, folded text)."""
    plain = fold(text)
    leet = " ".join(word.translate(_LEET) if _is_leet(word) else word for word in plain.split(" "))
    if leet != plain:
        yield "leet", leet
    yield "rot13", codecs.encode(plain, "rot13")
    yield "reversed", plain[::-1]
    for found in _BASE64.finditer(text):
        yield from _printable("base64", _from_base64(found[0]))
    for found in _HEX.finditer(text):
        yield from _printable("hex", binascii.unhexlify(re.sub(r"[ :]", "", found[0])))


def spaced_out(text: str) -> Iterator[str]:
    """Words written letter by letter, "i g n o r e", joined."""
    for found in _SPACED.finditer(fold(text)):
        yield re.sub(r"[\W_]", "", found[0])


def hidden_tags(text: str) -> str:
    """What Unicode tag characters spell, which no screen shows; those of flags are not counted."""
    return "".join(chr(ord(each) - 0xE0000) for run in _TAGS.findall(_FLAG.sub("", text)) for each in run)


def invisible_inside_words(text: str) -> int:
    """How many invisible characters stand between two Latin letters."""
    return len(_INSIDE.findall(text))


def bidi_overrides(text: str) -> int:
    """How many characters force a reading direction, which no ordinary text needs."""
    return len(_OVERRIDES.findall(text))


def _one_script(found: re.Match[str]) -> str:
    """A word of mixed scripts, read as Latin; a word that is Cyrillic or Greek throughout stays."""
    word = found[0]
    return word.translate(_LOOKALIKES) if not word.isascii() and _LATIN.search(word) else word


def _is_leet(word: str) -> bool:
    if word.isalpha() or len(word) > 30:
        return False
    return sum(each.isalpha() for each in word) >= 2


def _from_base64(run: str) -> bytes:
    data = run.rstrip("=").replace("-", "+").replace("_", "/")
    data = data[: len(data) - (len(data) % 4 == 1)]
    return base64.b64decode(data + "=" * (-len(data) % 4))


def _printable(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    text = data.decode("utf-8", "replace")
    shown = sum(each.isprintable() or each.isspace() for each in text) - text.count("\ufffd")
    if shown >= 0.9 * len(text) and " " in text:
        yield name, fold(text)
