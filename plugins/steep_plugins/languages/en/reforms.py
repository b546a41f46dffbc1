"""Requests about the answer before, in English: say it again, in fewer words, as a list.

Such a request names nothing that a search could find. What is meant is the question before, and the form that is asked
for now: "When is it open, in one sentence?"
"""

from __future__ import annotations

import re

from steep_plugins.languages.en.forms import unformed

__all__ = ["form_asked_again", "reformed"]

_AHEAD = re.compile(
    r"(?:(?:ok(?:ay)?|thanks|thank you|well|now|and|but|hm+|sorry|please|(?:can|could|would|will) you(?: please)?|"
    r"(?:i want|i need|i would like|i'd like|let me have)(?: (?:it|that|you to))?|just)\b[\s,.!?]*)+",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"[\s,]*\b(?:please|thanks|thank you|for me|now|instead)\W*$", re.IGNORECASE)

_IT = r"(?:it|that|this|them|those|these|the answer|your answer|the last answer|the list)"
_PUT = r"(?:(?:make|put|give|show|write|say|turn|have|return|format|rewrite|rephrase|repeat|explain|tell)(?: me| us)? )"
_AGAIN = r"(?: again| once more| back)?"
_NUMBER = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|a single)"

_AGAIN_ONLY = re.compile(
    rf"(?:say|repeat|write|tell me){_AGAIN} {_IT}{_AGAIN}|(?:say|repeat) (?:yourself|what you (?:just )?said)|"
    r"again|once more|come again|pardon(?: me)?|repeat|"
    r"what (?:did you (?:just )?(?:say|answer)|was (?:that|your (?:last |previous )?answer))"
    r"(?: (?:again|before|just now))?",
    re.IGNORECASE,
)
_BRIEF = r"(?:shorter|short|briefer|brief|more brief|more concise|concise)"
_SHORTER = re.compile(
    rf"{_PUT}?{_IT}? ?(?:a (?:bit|little) |much |even )?(?:{_BRIEF}|more (?:briefly|concisely)|briefly|in short|"
    rf"in brief|in fewer words)|(?:shorten|condense) {_IT}|be {_BRIEF}|"
    rf"(?:give me )?(?:a|the) (?:much )?{_BRIEF} (?:answer|version|one|form)|"
    r"(?:(?:that|this|it)(?: is|'s| was) )?(?:much |far )?too long|tl;?dr",
    re.IGNORECASE,
)
_BULLETS = re.compile(
    rf"{_PUT}?{_IT}? ?(?:as|in|into|with|using) (?:an? |the form of an? )?(?:short |simple |bulleted |bullet )*"
    rf"(?:list|bullets|bullet points|points|bullet form)|"
    rf"{_PUT}?(?:a )?(?:bulleted list|bullet list|bullet points|bullets)|list {_IT}",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"{_PUT}?{_IT}? ?(?:(?:as|in|into) )?(?:an? )?numbered (?:list|points|steps)|number {_IT}", re.IGNORECASE
)
_TABLE = re.compile(rf"{_PUT}?{_IT}? ?(?:as|in|into) an? (?:markdown )?table", re.IGNORECASE)
_JSON = re.compile(rf"{_PUT}?{_IT}? ?(?:as|in|into) (?:valid )?json", re.IGNORECASE)
_SIMPLER = re.compile(
    rf"{_PUT}?{_IT}? ?(?:a (?:bit|little) |much )?(?:simpler|more simply|in simple(?:r)? (?:words|terms)|"
    rf"in plain (?:words|english|language)|simply)|simplify {_IT}|"
    rf"(?:i|we) (?:don't|do not|didn't|did not) (?:understand|get)(?: {_IT})?",
    re.IGNORECASE,
)
_LONGER = re.compile(
    rf"{_PUT}?{_IT}? ?(?:longer|in more detail|more detailed)|(?:a )?(?:longer|more detailed) (?:answer|version|one)|"
    rf"(?:give me |tell me |with )?(?:some )?more details?|tell me more|say more|elaborate(?: on {_IT})?|"
    rf"expand on {_IT}",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"{_PUT}?{_IT}? ?(?P<form>(?:in|with|within|using) (?:at most |no more than |up to |about |only |just )?{_NUMBER} "
    r"(?:short |bullet )?(?:words?|sentences?|points|bullets|items|lines?))",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(rf"(?:translate|say|write|put|repeat) {_IT} (?P<form>(?:in|into|to) [A-Z][a-z]+)", re.IGNORECASE)

_FORMS = (
    (_AGAIN_ONLY, ""),
    (_SHORTER, "in one sentence"),
    (_NUMBERED, "as a numbered list"),
    (_BULLETS, "as a bulleted list"),
    (_TABLE, "as a table"),
    (_JSON, "as JSON"),
    (_SIMPLER, "in simple words"),
    (_LONGER, "in more detail"),
)


def form_asked_again(question: str) -> str | None:
    """The form in which the answer before is asked for, "" where it is the same one; None for any other question."""
    said = _bare(question)
    if not said:
        return None
    for pattern, form in _FORMS:
        if pattern.fullmatch(said):
            return form
    counted = _COUNTED.fullmatch(said) or _LANGUAGE.fullmatch(said)
    if counted is None:
        return None
    asked = counted["form"]
    return re.sub(r"^(?:into|to)\b", "in", f"{asked[:1].lower()}{asked[1:]}")


def reformed(before: str, form: str) -> str:
    """The question before, asked for in the form; a form that it asked for itself goes."""
    plain = unformed(before).strip().rstrip("?!. ").strip()
    return f"{plain}, {form}?" if form else before


def _bare(question: str) -> str:
    """What is asked, without the words of courtesy around it."""
    said = question.strip(" \t\n.!?,")
    said = _AHEAD.sub("", said, count=1) if _AHEAD.match(said) else said
    return " ".join(_BEHIND.sub("", said).strip(" \t\n.!?,").split())
