"""Enumerations within a sentence: "red, green and blue" is one answer of three members."""

from __future__ import annotations

import re

_WORD = r"[^\s,;:.!?()|]+(?:\.(?=\s?[A-Z]))?"
_ENDING = (
    r"(?!(?:and|or|but|when|while|if|because|since|for|on|at|in|into|to|from|by|with|without|that|which|who|whose|until"
    r"|after|before|is|are|was|were|be|been|has|have|had|do|does|did|can|may|must|will|would|should|could|so|as|than)\b)"
)
_MEMBER = rf"(?:{_ENDING}{_WORD})(?:[ \n]{_ENDING}{_WORD}){{0,3}}"
_BETWEEN = r"(?:,\s(?:(?:and|or|&)\s)?|\s(?:and|or|&)\s)"
_MORE = re.compile(rf"(?:,\s{_MEMBER})*,?\s(?:and|or|&)\s{_MEMBER}")
_BEFORE = re.compile(
    rf"(?:[:(]\s?|\b(?:including|includes?|such as|namely|are|were)\s)(?P<members>(?:{_MEMBER}{_BETWEEN})*)$"
)
_LAST = re.compile(r"\s(?:and|or|&)\s")

Range = tuple[int, int]


def enumeration(text: str, start: int, end: int) -> Range | None:
    """The enumeration that a span is a member of, or several; None where there is none, or its ends are unsure.

    To the left it goes on only where a colon, a bracket or a word such as "are" shows its beginning.
    """
    before = _BEFORE.search(text, max(0, start - 300), start)
    begin = before.start("members") if before else start
    more = None if _LAST.search(text, start, end) else _MORE.match(text, end)
    stop = more.end() if more else end
    return (begin, stop) if (begin, stop) != (start, end) and _LAST.search(text, begin, stop) else None
