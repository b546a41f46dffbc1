"""Whether a person without the page might type a question: no misread grammar, and nothing that nobody would ask."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.clean import content_words
from steep_plugins.synthesizers.structure.verbs import BASES, GERUND, NOUNS, PARTICIPLE

if TYPE_CHECKING:
    from steep_plugins.synthesizers.structure.candidate import Candidate

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
