"""What the head of a table's column asks: "length" for a thing's length, "used for" for what it is used for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.verbs import BASES, NOUNS, PARTICIPLE, THIRD
from steep_plugins.languages.en.voice import as_asker

if TYPE_CHECKING:
    from steep_plugins.languages.en.voice import Voice

_PERSON = re.compile(
    r"^(?:(?:\w+ )?(?:owner|contact|lead|author|manager|supervisor|master|head|person|deputy|maintainer|coordinator|"
    r"instructor|teacher|presenter|officer|responsible)|who)s?$",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"^(?:descriptions?|meanings?|purpose|details?|explanation|what it (?:does|means|is)|definition|function|outputs?|"
    r"use|usage|about|effect|role)$",
    re.IGNORECASE,
)
_POOR = re.compile(
    r"^(?:notes?|remarks?|comments?|examples?|links?|#|no\.?|id|source|section|change|references?|resources?(?:\(s\))?|"
    r"guidance|status|items?|days?|dates?|names?|values?|text|parts?|amounts?|events?|"
    r"extra.*|additional.*|more.*|other.*|rfc|see also|url)$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"^\d{1,2}:\d\d(?:\s?[ap]m)?$", re.IGNORECASE)
_DATE = re.compile(r"^(?:\d{4}-\d\d(?:-\d\d)?|\d{1,2} [A-Z][a-z]{2,8}(?: \d{4})?|[A-Z][a-z]{2,8} \d{1,2}(?:, \d{4})?)$")
_AMOUNT = re.compile(r"^(?:[$€£]|EUR|USD|GBP)\s?\d", re.IGNORECASE)
_TIME_HEAD = re.compile(r"\b(?:due|deadline|date|day|time|when|opens|closes|departs|arrives)\b", re.IGNORECASE)
_TAILED = re.compile(r"\b(?P<verb>[a-z]+(?:ed|en|id|ept)) (?P<tail>for|by|in|on|at|with|to|from|when|until|as)$")
_CODED = re.compile(r"[_%.\d]|^-|[a-z][A-Z]|^(?:code|suffix|option|flag) ")
# an instruction is no attribute of its row
_ORDER = re.compile(
    r"(?:[Pp]ick|[Uu]se|[Ss]ee|[Cc]heck|[Aa]dd|[Ss]et|[Cc]hoose|[Cc]lick|[Gg]o to|[Mm]ake|[Aa]sk|[Ss]end) "
)
_LASTING = re.compile(r"^(?:valid|kept|stored|open|good) for$")


def cell_question(column: str, name: str, value: str, voice: Voice) -> str:
    """The question that a cell answers, or "" where the head of its column is nothing to ask by."""
    head = _plain_head(column)
    if not head or _POOR.match(head) or len(head.split()) > 4 or "/" in head + name or "(" in name:
        return ""
    name = voice.lowered(name)
    if _PURPOSE.match(head):
        return _purpose(name, value, voice)
    first = head.split()[0]
    if first in ("who", "what", "when", "where", "how", "why", "which"):
        if len(head.split()) > 1:
            return voice.styled(f"{head} for {name}") if first == "who" else ""
        return _bare_word(first, name, voice)
    if name.startswith("on "):
        verb = "are" if head.endswith("s") else "is"
        return voice.styled(f"{'when' if _CLOCK.match(value) else 'what'} {verb} the {head} {name}")
    if _LASTING.match(head):
        return voice.styled(f"how long is {name} {head}")
    if tailed := _TAILED.match(head):
        return voice.styled(f"what is {name} {tailed['verb']} {tailed['tail']}")
    if not _is_noun(head) or _is_name(column, voice):
        return ""
    return _of_noun(head, name, value, voice)


def tells_meaning(column: str) -> bool:
    """Whether a column says what its row is, as "Description" does."""
    return bool(_PURPOSE.match(_plain_head(column)))


def row_question(header: str, column: str, value: str, voice: Voice) -> str:
    """Which row it is of which a cell says something that no other row's cell says."""
    kind, head = _plain_head(header), _plain_head(column)
    if (
        not re.fullmatch(r"[a-z]+(?: [a-z]+)?", kind)
        or kind in _NO_KIND
        or column in voice.names
        or not head
        or _POOR.match(head)
    ):
        return ""
    kind = kind.removesuffix("s") if kind.endswith("s") and not kind.endswith(("ss", "us", "is")) else kind
    words = value.split()
    if _PURPOSE.match(head):
        described = _described(kind, value)
        if described:
            return voice.styled(described)
        third = re.match(r"(?:[A-Z][a-z]+s|[a-z]+s) (?!of\b)\w", value)
        if not third or len(words) > 14 or re.search(r"[.;:,(]", value.rstrip(".")):
            return ""
        said = as_asker(value[0].lower() + value[1:].rstrip("."))
        return voice.styled(f"which {kind} {said}") if said.split()[0] in _THIRD else ""
    if not _is_noun(head) or len(words) > 6 or not re.search(r"\d", value) or re.fullmatch(r"[\d.,]+", value):
        return ""
    if head.endswith("s") or kind in head or "," in head or len(head.split()) > 2:
        return ""
    if head in _HOW:
        return voice.styled(f"which {kind} is {value} {_HOW[head]}") if _HOW[head] in ("long", "deep", "wide") else ""
    if _AMOUNT.match(value) and re.search(r"\b(?:cost|price|fee|rate|charge)$", head):
        return voice.styled(f"which {kind} costs {value}")
    return ""


def _described(kind: str, value: str) -> str:
    """Which option is to be used for what its description says, or which metric shows it."""
    said = as_asker(value[0].lower() + value[1:].rstrip(".")) if value[1:2].islower() else ""
    if not said or not 4 <= len(said.split()) <= 12 or re.search(r"[.;:,(]", said) or _POINTS.search(said):
        return ""
    noun = kind.removesuffix(" name")
    first = said.split()[0]
    told = first in BASES and (first not in _NOUN_BASES or re.match(r"\w+ (?:the|an?|all|my) ", said))
    if noun in _USED_KINDS and told:
        return f"which {noun} do I use to {said}"
    if noun in _SHOWN_KINDS and re.match(r"(?:the|total|number of|time|size of|maximum|current) ", said):
        said = said if said.startswith("the ") else f"the {said}"
        return f"which {noun} shows {said}"
    return ""


_POINTS = re.compile(r"\b(?:it|its|this|that|these|those|they|same|above|below|following|and)\b", re.IGNORECASE)
_USED_KINDS = word_set("option flag switch command setting function parameter method tool macro callback")
_SHOWN_KINDS = word_set("metric variable field column counter header")


def _is_name(column: str, voice: Voice) -> bool:
    """A column that is headed by a name belongs to the named thing, and says nothing of what is in it."""
    first = column.split()[0].strip("(")
    return first in voice.names and first.lower() not in voice.common


def _plain_head(column: str) -> str:
    head = re.sub(r"\s*\([^)]*\)$", "", column.strip().rstrip(":?"))
    if not head or not head[0].isalpha():
        return ""
    keep = [word if word.isupper() and len(word) > 1 else word.lower() for word in head.split()]
    return " ".join(keep)


def _is_noun(head: str) -> bool:
    last = head.split()[-1].lower()
    words = head.split()
    if (words[0] in PARTICIPLE and len(words) > 2) or " in the " in head or head in ("until", "since"):
        return False
    if any(word in THIRD and word not in NOUNS for word in words):
        return False
    if last in _NO_HEAD or last in PARTICIPLE or last.endswith(("ly", "ing", "able", "ible", "ary", "anent")):
        return False
    return head.split()[0] not in _OPEN_HEAD and not (
        last in BASES and last not in _NOUN_BASES and len(head.split()) > 1
    )


_NO_HEAD = word_set(
    """
    for by in on at with to from of included supported default recommended required new old
    """
)
_OPEN_HEAD = word_set(
    """
    from to if with without in at is are can does has first last before after this that all any no not
    """
)
_HOW = {
    "length": "long", "duration": "long", "depth": "deep", "height": "high", "width": "wide", "weight": "heavy",
    "size": "big", "age": "old", "speed": "fast", "distance": "far",
}  # fmt: skip
_NO_KIND = frozenset(
    (
        "who",
        "which",
        "where",
        "when",
        "how",
        "name",
        "names",
        "example",
        "examples",
        "item",
        "",
        "value",
        "what",
        "key",
        "type",
        "types",
        "short",
    )
)
_NOUN_BASES = NOUNS | word_set(
    """
    cost limit name access address charge check control cost cover delay display document end export file filter form
    format group guide host issue limit link list lock log map mark measure need offer order pay place plan point
    process range record release report request result return role schedule search set share sign sort start state
    stop store support switch test track trigger type unit update use value view visit work
    """
)
_THIRD = word_set(
    """
    returns sets shows prints contains defines specifies tells lists gives holds starts stops makes adds removes
    enables disables allows handles creates deletes updates sends reads writes counts calculates converts checks
    provides offers selects uses controls limits displays matches reports runs stores collects exposes includes covers
    """
)


def _purpose(name: str, value: str, voice: Voice) -> str:
    if len(value.split()) < 3:
        return ""
    verb = re.match(r"[A-Z]?[a-z]+s\b(?! (?:for|of|in)\b)", value)
    if verb and verb.group().lower() in _THIRD:
        return voice.styled(voice.pick(f"what does {name} do", f"what is {name} for"))
    if _CODED.search(name) and " " not in name:
        if value.split()[0].lower() in BASES - _NOUN_BASES - {"last", "base"}:
            return voice.styled(voice.pick(f"what does {name} do", f"what is {name} for"))
        return voice.styled(voice.pick(f"what is {name}", f"what does {name} mean"))
    if name.islower() and (" " not in name or name.endswith("s")):
        return ""
    if " " not in name:
        return voice.styled(f"what does {name} mean")
    return voice.styled(voice.pick(f"what is {name}", f"what is {name} about"))


def _bare_word(word: str, name: str, voice: Voice) -> str:
    if word == "where" and name.islower():
        return ""
    if word in ("who", "when", "where"):
        return voice.styled(f"{word} is {name}" if word != "who" else f"who is in charge of {name}")
    return ""


def _of_noun(head: str, name: str, value: str, voice: Voice) -> str:
    plural = head.endswith("s") and not head.endswith(("ss", "us", "is"))
    verb = "are" if plural else "is"
    if _ORDER.match(value) and len(value.split()) > 3:
        return ""
    if _PERSON.match(head):
        return voice.styled(voice.pick(f"who {verb} the {head} for {name}", f"who is {name}'s {head}"))
    if head in _HOW and re.search(r"\d", value):
        return voice.styled(
            voice.pick(f"how {_HOW[head]} is {name}", f"what is the {head} of {name}", f"{name} {head}")
        )
    if plural and re.fullmatch(r"(?:about |over )?[\d.,]+", value):
        return voice.styled(f"how many {head} does {name} have")
    if _AMOUNT.match(value):
        return voice.styled(
            voice.pick(f"how much is the {head} for {name}", f"what {verb} the {head} for {name}", f"{name} {head}")
        )
    if _CLOCK.match(value) or _DATE.match(value) or _TIME_HEAD.search(head):
        when = "when" if not _TIME_HEAD.search(head) else "what"
        return voice.styled(voice.pick(f"{when} is the {head} for {name}", f"{name} {head}"))
    return voice.styled(
        voice.pick(
            f"what {verb} the {head} for {name}",
            f"what {verb} the {head} of {name}",
            f"{name} {head}",
        )
    )
