"""What is fit to be asked and answered: better few pairs than broken ones, and nothing that nobody would ask."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from steep.language import language, word_set
from steep_plugins.languages.en.verbs import BASES, GERUND, NOUNS, PARTICIPLE

if TYPE_CHECKING:
    from steep_plugins.synthesizers.structure.plain import Candidate

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
# beside the stop words, what means nothing in a question
_STOP = language("en").stop_words | word_set(
    "mine long often soon happens happen need mean means know someone anyone idea use used make take thing things"
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


# no verb agrees with these subjects, or the noun behind "a" is a predicate of which nobody asks how it is so
_UNGRAMMATICAL = re.compile(
    r"\bI (?:aren't|are|weren't|were|isn't|is)\b|^(?:how|why) (?:is|are|was|were) \S+ (?:an?|the|one of) |"
    r"^(?:does|do|did|is|are|can|will) note\b|\bare needed to\b|"
    r"\b(?:know|tell me|idea) (?:what|who) .* (?:is|are) (?:an?|the) .*\bby\??$|"
    r"^(?:what |why |how )?(?:do|are) [a-z]+ing |\buse as\b|"
    r"^(?:can|does|do|did|is|are|will) (?:hence|thus|so|normally|generally|usually|often|typically|likewise)\b|"
    r"\b(?:do|does|did|will|can|should|must) \w+ing [a-z]+s? (?:offer|give|need|provide|require)\b",
    re.IGNORECASE,
)
# what is left hanging where a part of the sentence was taken away
_HANGING = re.compile(
    r"\b(?:more|less|as usual|if needed|if possible|if present|if necessary|as needed|each time possible|"
    r"to \w+ly \w+|depending|one of \w+|different ways|rather|regardless|anyway)\?*$",
    re.IGNORECASE,
)
# a statement is no question because its order was changed: nobody asks for a sum that he tells, or for "all of them"
_UNASKED = re.compile(
    r"^(?:do|does|did|is|are|can|has|have) .*\b(?:about|roughly|around|some|nearly|almost) \d|"
    r"^what (?:do|does|did|will|can) (?:all|each|every|any) |"
    r"^(?:is|are) .{3,60} an? (?:great|good|bad|nice|big|small|common) \w+|"
    r"^what(?:'s| (?:exactly )?(?:is|are|does))(?: meant by)? (?:even|more|most|less|very|total|another|just)\b|"
    r"^what (?:exactly )?(?:is|are)(?: meant by)? an? \S+ of (?:one|two|three|four|\d+)\b|"
    r"^what (?:maintains|specifies|helps|enables|lets|makes|shows|ensures|keeps)\b",
    re.IGNORECASE,
)
_POLAR = re.compile(r"^(?:do|does|did|is|are|was|were|can|will|has|have|should|must) (?P<rest>.+?)\??$", re.IGNORECASE)
# the title that stands before a question, or is named in front of it
_ASIDE = re.compile(r"^[^:]{1,60}: |^for [^,]{1,60}, ", re.IGNORECASE)
# words that point at a place of the page
_PAGE_ONLY = re.compile(
    r"\bthe given\b|^(?:\S+ ){1,3}(?:their|its)\b|^who .*\bits own\b|\b[a-z]+ one (?:if|when)\b|"
    r"\b(?:highlighted|attached|linked|listed|mentioned|described|shown|discussed|pictured|sections? of the)\b",
    re.IGNORECASE,
)
_HAPPENS = re.compile(r"\bwhat happens\b", re.IGNORECASE)
# no event: what is so, is had or may be read does not happen
_NO_EVENT = re.compile(
    r"(?:[\w’'-]+ ){1,6}(?:has|have|contains?|includes?|supports?|provides?|offers?|means|remains?|applies|applied)\b|"
    r"(?:[\w’'-]+ ){1,6}(?:is|are) (?:(?:also|still|often|usually|always) )?(?:an?|the|your|part|in|on|at|of|not "
    r"an?|useful|available|possible|important|better|best|preferable|easy|hard|good|fine|one)\b",
    re.IGNORECASE,
)


def reads_well(candidate: Candidate) -> bool:
    """Whether the question is one that the words around its answer do not have to explain."""
    question = candidate.question
    bare = _ASIDE.sub("", question)
    if any(pattern.search(bare) for pattern in (_UNGRAMMATICAL, _HANGING, _UNASKED, _PAGE_ONLY)):
        return False
    if candidate.kind == "yes-no" and not _is_asked_of_a_thing(bare):
        return False
    return not (_HAPPENS.search(bare) and _NO_EVENT.match(candidate.answer.text))


def _is_asked_of_a_thing(question: str) -> bool:
    """Whether a yes-no question has a noun for its subject: not the verb of an order, or one word that it repeats."""
    match = _POLAR.match(question)
    if match is None:
        return True
    words = match["rest"].lower().split()
    first = words[0]
    if first in BASES and first not in NOUNS and first not in GERUND and first not in PARTICIPLE:
        return False
    loose = first.isalpha() and match["rest"].split()[0].islower() and not first.endswith("s")
    return not (loose and len(content_words(question)) <= 3 and first not in ("the", "a", "an", "i", "my"))
