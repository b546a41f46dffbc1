"""Questions that compare two things, in English, and the question about each that they come down to."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Side", "compared", "contrasts"]

_BETWEEN = (
    r"(?:(?:what|which)(?: is|'s| are)|(?:can|could) you (?:tell|explain)(?: me| us)?|explain|tell me|describe)?"
    r"\s*(?:the |any |a )?(?:\w+ )?differences? (?:in (?P<point>[\w -]+?) )?between (?P<one>.+?) and (?P<other>.+)"
)
_ASKED = [
    re.compile(rf"(?:please )?{pattern}", re.IGNORECASE)
    for pattern in (
        _BETWEEN,
        r"how (?:do|does|is|are) (?P<one>.+?) (?:differ(?:ent)? from|compared? (?:to|with|against)) (?P<other>.+)",
        r"(?:compare|contrast) (?P<one>.+?) (?:and|with|to|against|versus|vs\.?) (?P<other>.+)",
        r"(?P<one>(?:[\w'-]+ ){0,4}[\w'-]+) (?:versus|vs\.?) (?P<other>(?:[\w'-]+ ?){1,6})",
    )
]
_POINT = re.compile(r"(?P<point>the (?:[\w-]+ ){1,3}(?:of|for)) .+", re.IGNORECASE)
_LEADING = re.compile(r"^(?:the|an?|both|using|having)\s+", re.IGNORECASE)
_CONTRAST = re.compile(
    r"\b(?:differs? (?:from|in)|different(?:ly)? from|differences? between|unlike|whereas|as opposed|in contrast)\b",
    re.IGNORECASE,
)
# with which no thing's name begins
_NO_NAME = re.compile(
    r"(?:who|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|should|may|will|would)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two things, as the question calls it, and what is asked about it: the second where the first is vain."""

    name: str
    questions: tuple[str, ...]


def compared(question: str) -> tuple[Side, Side] | None:
    """The two things that a question compares; None for one that does not."""
    said = " ".join(question.split()).strip(" .?!")
    found = next(filter(None, (pattern.fullmatch(said) for pattern in _ASKED)), None)
    if found is None or _NO_NAME.match(found["one"]) or _NO_NAME.match(found["other"]):
        return None
    one, other = found["one"], found["other"]
    if (said_of := _POINT.fullmatch(one)) and not _POINT.fullmatch(other):
        other = f"{said_of['point']} {other}"
    if re.fullmatch(r"the [\w-]+", one) and re.fullmatch(r"the [\w-]+ [\w-]+", other):
        one = f"{one} {other.split()[-1]}"  # "the build and the make command"
    point = found.groupdict().get("point")
    sides = [f"the {point} of {each}" if point else each for each in (one, other)]
    return _side(sides[0]), _side(sides[1])


def contrasts(sentence: str) -> bool:
    """Whether a sentence that names two things says how one is beside the other."""
    return _CONTRAST.search(sentence) is not None


def _side(name: str) -> Side:
    head = re.split(r" (?:of|for|in|on|at|from|to) ", name)[0]
    many = re.search(r"[^s]s$", head) is not None and re.match(r"(?:an?|one|each|every) ", name, re.IGNORECASE) is None
    bare = _LEADING.sub("", name)
    being = f"What {'are' if many else 'is'} {name}?"
    doing = () if _POINT.fullmatch(name) else (f"What {'do' if many else 'does'} {name} do?",)
    return Side(name=bare[:1].upper() + bare[1:], questions=(being, *doing))
