"""Languages as values: what the rest of steep knows of one, it knows from here.

The data beside this file says how sentences of a language end; stop words come from there too, or from bm25s, which
carries Snowball's lists; stems are Snowball's (PyStemmer).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NAMES", "Language", "language", "usual", "word_set"]

NAMES = {
    "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fi": "Finnish", "fr": "French",
    "hu": "Hungarian", "it": "Italian", "nl": "Dutch", "no": "Norwegian", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sv": "Swedish", "tr": "Turkish",
}  # fmt: skip
"""The languages that have stems, by their ISO 639-1 codes."""

_SAME = {"nb": "no", "nn": "no"}
_LISTED = ("da", "de", "es", "fr", "it", "nl", "no", "pt", "ru", "sv", "tr")  # whose stop words bm25s carries


_FURTHER = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "el": "Greek", "et": "Estonian", "fa": "Persian",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "id": "Indonesian", "ja": "Japanese", "ko": "Korean",
    "lt": "Lithuanian", "lv": "Latvian", "pl": "Polish", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian",
    "th": "Thai", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language by its code, "" where none is known. Two of one code are the same.

    ``stemmer`` is Snowball's name for its stems, "" where there are none. ``leading``, ``counting``, ``either``,
    ``starters`` and ``ordinal`` say where its sentences end, ``numerals`` and ``scales`` which words are numbers: see
    the files in ``data/``.
    """

    code: str
    name: str
    stemmer: str = ""
    stop_words: frozenset[str] = frozenset()
    leading: frozenset[str] = frozenset()
    counting: frozenset[str] = frozenset()
    either: frozenset[str] = frozenset()
    starters: frozenset[str] = frozenset()
    ordinal: frozenset[str] = frozenset()
    numerals: Mapping[str, int] = field(default_factory=dict)
    scales: Mapping[str, int] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Language) and self.code == other.code

    def __hash__(self) -> int:
        return hash(self.code)

    def __repr__(self) -> str:
        return f"Language({self.code!r})"


def word_set(listed: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(listed.split())


@cache
def language(name: str) -> Language:
    """The language of a code or an English name ("de", "German", "german"); one without stems for any other word."""
    code = name.lower()
    code = next((known for known, called in NAMES.items() if called.lower() == code), _SAME.get(code, code))
    if code not in NAMES:
        return Language(code=code if len(code) in (2, 3) else "", name=_FURTHER.get(code, code) or "no known language")
    data = _data(code)
    data["leading"] = data.get("leading", frozenset()) | data.pop("told", frozenset())
    if "stop_words" not in data:
        data["stop_words"] = _library_stop_words(code)
    return Language(code=code, name=NAMES[code], stemmer=NAMES[code].lower(), **data)


@cache
def usual() -> Language:
    """Taken where nobody told a language: English, with what other languages abbreviate without a doubt."""
    leading = frozenset().union(*(_data(code).get("leading", frozenset()) for code in NAMES))
    return replace(language("en"), leading=leading)


@cache
def abbreviating() -> tuple[Language, ...]:
    """The languages other than English whose abbreviations and ordinals are known here."""
    return tuple(language(code) for code in NAMES if code != "en" and _data(code))


def _data(code: str) -> dict[str, Any]:
    file = resources.files("steep.language") / "data" / f"{code}.toml"
    read = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {
        key: _numbers(listed) if key in ("numerals", "scales") else word_set(listed) for key, listed in read.items()
    }


def _numbers(listed: str) -> dict[str, int]:
    return {word: int(value) for word, _, value in (each.partition("=") for each in listed.split())}


def _library_stop_words(code: str) -> frozenset[str]:
    if code not in _LISTED:
        return frozenset()
    from bm25s import stopwords  # loads numpy, which a project in English does without

    return frozenset(getattr(stopwords, f"STOPWORDS_{NAMES[code].upper()}"))
