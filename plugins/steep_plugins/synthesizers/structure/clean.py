"""What is fit to be asked and answered: better few pairs than broken ones."""

from __future__ import annotations

import re
from itertools import pairwise

from steep.language import word_set

_DANGLING = re.compile(
    r"\b(?:it|this|these|those|they|them|he|she|him|his|hers|such|following|above|below|aforementioned|former|latter|"
    r"herein|thereof|there's|here|it's|respectively|previous section|next section|etc|e\.g|i\.e)\b",
    re.IGNORECASE,
)
_FINE_IT = re.compile(r"\b(?:is it (?:ok|okay|allowed|fine|possible)|are there|is there)\b", re.IGNORECASE)
_THAT = re.compile(r"(?:\b(?:of|for|with|by|on|in|at|to|does|is|do|can|will) that\b|\bthat\?*$)", re.IGNORECASE)
_DEBRIS = re.compile(
    r"example\.(?:com|org|net)|[*|<>{}\[\]\\#=~^]|(?<!\w)_|_(?!\w)|https?:|www\.|\s[,.;:]|\(\s*\)|\s{2}|``|\$\{"
)
_BROKEN = re.compile(
    r"(?:\b(?:a|an|the|and|or|but|my|your|our|their|its|every|than|as|because|very|other|e\.g|whose|whether|even|just|am|"
    r"is|are|where|which|following|using)|[-–—/:,])\?*$"
    r"|^(?:is|are|does|do|can|did|was|were) \S+\?*$|\blet's\b|\b(?:do|does|did) (?:is|are|was|has|had)\b"
    r"|\b(?:this|other) (?:section|chapter|page|document|guide|article|example|tutorial)\b|\bexample\s*\d"
    r"|\b(?:did|do|does) (?:we|I|you)'ve\b|(?-i:'s [A-Z]{3,}\?*$)|\bwe've\b|^who is \S+ able\b"
    r"|^(?:do|does|did) more\b|\b(?:does|do|did) [^?]{3,60} and (?:will|can|may|is|are|was|must) "
    r"|\b\w+ I to\b|\bdo \w+s? helps\b|\bwe encourage I\b|\bonce upon\b"
    r"|^(?:what|who) (?:is|are|was) the (?:final|first|second|third|next|last) \w+(?: made by)?\??$"
    r"|^(?:do|does|did|is|are|can) (?:most|example|some|many)\b"
    r"|^(?:why|how) (?:am|is|are|was|were|do|does|did) .{3,60} (?:is|are|was|will|must|should) (?!\w+ing\b)"
    r"|\bwhat are the \w+ (?!that\b)[a-z]+[^s ] of\b|\bor have questions\b"
    r"|^what(?:'s| is) (?:the )?default (?:value|expectation|header value|output)\?*$|^what does \w+ do by default\?*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_STOP = word_set(
    """
    a an the of in on at to for from by with and or but if when while how what who why where which whose is are
    was were be been am do does did can could may might must shall should will would have has had i me my mine
    we us our you your not no any some all much many long often soon as than then so that there happens happen
    need need mean means do know tell someone anyone idea like get use used make take thing things happen
    """
)
_ANSWER_START = re.compile(r"^(?:and|or|but|of|which|that|than|also|because of this)\b", re.IGNORECASE)
_ANSWER_END = re.compile(
    r"\b(?:the|a|an|of|to|for|with|by|in|on|at|and|or|but|if|as|from|is|are|e\.g|i\.e|such|new|other|very|same|so|using|"
    r"via|through|into|about|when|where|be|been|has|have|will|can|may|must|should|their|its|your|our|not|only|even)$",
    re.I,
)
# an answer that sends its reader to words or links that it does not hold
_POINTS_AWAY = re.compile(
    r"\b(?:these|those|this|following|above|below) (?:[\w-]+ ){0,2}(?:steps?|instructions?|"
    r"pages?|links?|guides?|guidance|"
    r"directions|procedures?|process|sections?|examples?|commands?|way|lines?|forms?|documents?|table|list)\b|"
    r"\bhere[.)]|"
    r"\bfrom here\b|\bas (?:shown|described|above|below|mentioned|explained|listed)\b|"
    r"\bthis way\b|^(?:please )?(?:see|refer to|consult|read|follow) (?:the|these|this|those|our)\b|"
    r"^(?:\S+ ){0,4}(?:this|that|these|those|it|them|so|there)[.]?$|"
    r"^first[, ]|^repeat\b|\bas follows\b|\bthe following\b",
    re.IGNORECASE,
)
_LINKISH = re.compile(
    r"\S@\S+ \S+@|\b(?:below|above)\.?$|(?:https?://\S+\s*){2,}|\bclick here\b|\bsee (?:above|below|the following)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^(?:it|this|that|these|those|they|he|she|following|here|there|the following|as follows|below)$", re.I
)

# what names nothing: an answer must be understood without its text
_EMPTY_ANSWER = re.compile(
    r"^(?:(?:the|your|our|a|an|its|their|some|any|many|all|most|several|various|other|another|one|both|each|every|that|"
    r"this|these|those|such|following|above|same|different|new|right|first|last|next|good|great|lot of|number of) )*"
    r"(?:teams?|groups?|things?|ways?|lot|people|persons?|ones?|others?|example|case|section|page|document|table|list|"
    r"either|both|only|more|less|none|yes|no|something|anything|everything|nothing|someone|anyone|everyone|it|them|us|me|you|way|time|look|use|sense|"
    r"buttons?|links?|boxe?s?|fields?|icons?|tabs?|steps?|directions|instructions|options?|commands?|files?|folders?|"
    r"methods?|functions?|results?|process|features?|problems?|issues?|state|data|users?|reasons?|tools?|changes?|"
    r"items?|information|details?|following|same|value|number|name|part|kind|type|form|longer|base|sort|rest|topic|content|contents)[.]?$"
    r"|^(?:the|these|those) (?:two|three|four|five|six|several) \w+[.]?$"
    r"|^(?:for example|please see|see|note that|as (?:shown|described|mentioned)|thanks|great|welcome)\b",
    re.IGNORECASE,
)


def clean_question(question: str) -> bool:
    words = question.split()
    if not 3 <= len(words) <= 24 or len(question) > 150 or question.count("?") > 1:
        return False
    if _DEBRIS.search(question) or _BROKEN.search(question) or not _balanced(question):
        return False
    if _DANGLING.search(_FINE_IT.sub("", question)) or _THAT.search(question.rstrip("?")):
        return False
    if _repeats(words):
        return False
    return bool(content_words(question))


def clean_answer(answer: str, *, longest: int = 300) -> bool:
    if not answer or len(answer) > longest or not any(letter.isalnum() for letter in answer):
        return False
    if (
        _LINKISH.search(answer)
        or _POINTS_AWAY.search(answer)
        or not _balanced(answer)
        or "{%" in answer
        or "|" in answer
        or " > " in answer
        or "<" in answer
    ):
        return False
    if _VAGUE.match(answer.strip(" .")) or _EMPTY_ANSWER.match(answer):
        return False
    return not (_ANSWER_START.match(answer) or _ANSWER_END.search(answer) or answer.endswith((":", ",", ";")))


def content_words(text: str) -> frozenset[str]:
    return frozenset(word for word in (found.lower() for found in _WORD.findall(text)) if word not in _STOP)


def _balanced(text: str) -> bool:
    return (
        text.count("(") == text.count(")")
        and text.count("[") == text.count("]")
        and text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
    )


def _repeats(words: list[str]) -> bool:
    lower = [word.lower() for word in words]
    return any(first == second for first, second in pairwise(lower))
