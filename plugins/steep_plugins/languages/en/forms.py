"""Which form a question asks of its answer, where it says so in English: a list, a table, JSON, or a length."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Form", "asked_form", "unformed"]

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
_LIMIT = (
    r"\b(?:in|within|with|using|as)?\s*(?P<most>at most|no more than|not more than|up to|exactly|only|just|"
    r"fewer than|less than|under|below)?\s*\b(?P<count>\d{1,4}|an?|a single|"
)
_LIMIT += rf"{'|'.join(_NUMBERS)})\s+(?:short\s+|full\s+|bullet\s+)?"
_FORM = r"\b(?:(?:as|into|in the form of)|(?:give|show|write|make|draw|return)(?:\s+me)?)\s+an?\s+(?:[a-z]+\s+)?"

_JSON = re.compile(
    r"\b(?:as|in|into|valid|return|only)\s+(?:an?\s+|valid\s+)?json\b|\bjson\s+(?:object|array|list)\b", re.I
)
# "with the keys name and limit", "with fields `name`, `limit`", "{name, limit}"
_KEY = r"[\"'`“‘]?[^\W\d][\w-]*[\"'`”’]?"
_KEYS = (
    r"(?:\s+object)?\s*[,:]?\s*(?:(?:with|having|using|of)\s+(?:(?:the|these|only|its|exactly|two|three|four|five)\s+)*"
    r"(?:(?:key|field|property)\b|(?:keys|fields|properties)(?=[^?.!]*(?:\band\b|[,&])))\s*:?\s*|(?:like|of|with|as)?\s*\{\s*)"
    rf"(?P<keys>{_KEY}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*){_KEY})*)\s*\}}?"
)
_NAMED = re.compile(rf"\bjson{_KEYS}", re.I)
_TABLE = re.compile(rf"{_FORM}table\b|\bmarkdown\s+table\b|\bin\s+tabular\s+form\b", re.I)
_LIST = re.compile(
    rf"{_FORM}list\b|\b(?:bulleted|bullet|numbered)\s+(?:list|points|steps)\b|\b(?:as|in|with|using)\s+bullets\b", re.I
)
_NUMBERED = re.compile(r"\bnumbered\s+(?:list|points|steps)\b", re.I)
_COUNTS = {
    "items": re.compile(rf"{_LIMIT}(?:bullets?|points?|items?)\b", re.I),
    "sentences": re.compile(rf"{_LIMIT}sentences?\b", re.I),
    "words": re.compile(rf"{_LIMIT}words?\b", re.I),
}

# what only says how to answer, and stands apart from what is asked: "…, as a list?", "in one sentence, …"
_MOST = r"(?:at most|no more than|not more than|up to|about|exactly|only|just|fewer than|less than)"
_HOW = (
    r"(?:(?:as|in|into|with|using|in the form of)\s+(?:an?\s+)?"
    r"(?:(?:short|simple|bulleted|bullet|numbered|markdown|valid)\s+)*"
    rf"(?:list|bullets|points|steps|table|json(?:{_KEYS.replace('?P<keys>', '?:')})?)|"
    rf"(?:in|within|with|using)\s+(?:{_MOST}\s+)?(?:\d{{1,4}}|an?|a single|{'|'.join(_NUMBERS)})\s+"
    r"(?:(?:short|full|bullet|simple)\s+)?(?:words?|sentences?|points?|bullets?|items?)|"
    r"in\s+tabular\s+form|in\s+(?:simple|plain)\s+words|in\s+more\s+detail|in\s+short|briefly)"
)
_BEHIND = re.compile(
    rf"(?<!\bis)(?<!\bare)(?<!\bput)[\s,;:–-]+(?:(?:and|please|answer|reply|list\s+them)\s+)*{_HOW}(?:\s*,?\s*please)?"
    r"(?=\s*[?.!]*\s*$)",
    re.IGNORECASE,
)
_AHEAD = re.compile(rf"^\s*(?:please\s+)?{_HOW}\s*[,:]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What was asked for; None where nothing was said. The counts are the most that is allowed.

    ``keys`` are the names of fields, where JSON was asked for with some.
    """

    json: bool = False
    keys: tuple[str, ...] = ()
    table: bool = False
    listed: bool = False
    numbered: bool = False
    items: int | None = None
    sentences: int | None = None
    words: int | None = None


def asked_form(question: str) -> Form:
    """The form that a question asks for; an empty one where it asks for none."""
    counts = {name: _count(pattern, question) for name, pattern in _COUNTS.items()}
    numbered = bool(_NUMBERED.search(question))
    return Form(
        json=bool(_JSON.search(question)),
        keys=_keys(question),
        table=bool(_TABLE.search(question)),
        listed=numbered or counts["items"] is not None or bool(_LIST.search(question)),
        numbered=numbered,
        **counts,
    )


def unformed(question: str) -> str:
    """The question without what only says how to answer it; as it is where that cannot be parted from it."""
    bare = re.sub(r"(?<=[?!.])\.+$", "", _BEHIND.sub("", _AHEAD.sub("", question)))
    return (bare[:1].upper() + bare[1:] if bare != question else bare) if re.search(r"\w\W+\w", bare) else question


def _keys(question: str) -> tuple[str, ...]:
    named = _NAMED.search(question)
    found = re.findall(r"[\w-]+", named["keys"]) if named else []
    return tuple(dict.fromkeys(each for each in found if each.lower() != "and"))


def _count(pattern: re.Pattern[str], question: str) -> int | None:
    """The least of the limits that are told; "two words" is one only where it is told how many may be used."""
    found = []
    for limit in pattern.finditer(question):
        said, most = limit["count"].lower(), (limit["most"] or "").lower()
        if limit[0].lower().startswith(("in", "with", "using", "as")) or most:
            number = int(said) if said.isdigit() else _NUMBERS.get(said, 1)
            found.append(number - (most in ("fewer than", "less than", "under", "below")))
    return min(found, default=None)
