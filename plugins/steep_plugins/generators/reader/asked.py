"""What sort of answer a question wants: one thing, several, steps, or a quantity of some sort; by rule, for English."""

from __future__ import annotations

import re

_BE = r"(?:is|are|was|were|will\s+be|would\s+be)"
_DO = r"(?:do|does|did|can|could|may|must|should|shall|will|would|have|has|had|need)"
_COUNT = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_PLURAL = r"(?!\w*(?:ss|us|is)\b)(?!(?:does|has|was|happens|means|makes|costs|goes|needs|comes|takes|applies)\b)\w{2,}s"

_LISTING = re.compile(r"(?i)^\W*(?:please\s+)?(?:list|enumerate|name)\s+(?:me\s+)?(?:all|the|some|every|each|\w+)\b")
_WHAT_ARE = re.compile(rf"(?i)\b(?:what|which)\s+(?:are|were)\b(?:\s+\S+){{0,5}}?\s+(?:{_PLURAL}|people|criteria)\b")
_WHICH = re.compile(
    rf"(?i)\b(?:what|which)\s+(?!of\b)(?:(?!{_BE}\b|{_DO}\b)[\w'-]+\s+){{0,3}}?(?:{_PLURAL}|people|children|criteria)"
    rf"(?=\s+(?:{_BE}|{_DO}|not|there|you|we|I|they|it|the|belong|apply|count|go|get|stay|make|run|come|pay|of|in|on|at|for"
    rf"|to|from|with)\b|\s*\?|\s*$)"
)
_COUNTED = re.compile(
    rf"(?i)\b(?:what|which|name|list)\s+(?:are\s+)?(?:the\s+)?(?P<count>{'|'.join(_COUNT)}|\d{{1,2}})\s+(?:\w+\s+){{0,2}}?{_PLURAL}"
)
_STEPS = re.compile(
    r"(?i)\b(?:steps|procedure|process|stages|instructions)\b"
    rf"|\bhow\s+(?:do|can|could|should|must|would|may)\s+(?:I|we|you|one|they|somebody|someone|people|an?\s+\w+|the\s+\w+)\b"
    rf"|\bhow\s+to\b|\bhow\s+{_BE}\s+(?:(?!many|much|long)\S+\s+){{1,6}}\w+(?:ed|en|one|ade|lt|nt|un|ut|ought|ld)\b"
    r"|\bhow\s+does\b.*\b(?:work|go|happen)\b"
    r"|\bwhat\s+(?:do|must|should|does)\s+(?:I|we|you|one|they|an?\s+\w+|the\s+\w+)\s+(?:have\s+to\s+)?do\b"
    r"|\bwhat\s+(?:happens|is\s+done)\b|\bin\s+(?:what|which)\s+order\b"
)


def wants_several(question: str) -> bool:
    """Whether it asks for more than one thing: to list them, or which of them there are."""
    return any(pattern.search(question) for pattern in (_LISTING, _WHAT_ARE, _WHICH, _COUNTED))


def wants_steps(question: str) -> bool:
    """Whether it asks how something is done, so that the steps are the answer."""
    return bool(_STEPS.search(question))


def wanted_count(question: str) -> int | None:
    """How many things it asks for, where it says so ("which four rules")."""
    found = _COUNTED.search(question)
    if not found:
        return None
    said = found["count"].lower()
    return _COUNT.get(said) or int(said)
