"""What one should bring, include, send …: "Include your name in the subject line"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.candidate import Candidate
from steep_plugins.synthesizers.structure.clean import content_words
from steep_plugins.synthesizers.structure.verbs import BASES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

_VERBS = (
    "ask for|attach|avoid|bring|check|complete|fill (?:out|in)|include|install|list|mention|provide|record|request|"
    "reserve|review|send|share|submit|use|verify|wear|receive"
)
_OBJECT = re.compile(
    rf"(?P<verb>(?:{_VERBS})) (?P<object>(?:[^\s,;:()]+ ){{1,6}}?[^\s,;:()]+) "
    r"(?P<rest>(?:to|for|in|on|at|with|when|if|before|after|from|into|during|via"
    r") [^,;:()]{5,70})$",
    re.IGNORECASE,
)
_NO_OBJECT = re.compile(
    r"^(?:to|that|if|how|what|whether|when|where|who|why|which|it|this|these|those|them|him|her|up|out|off|back|on|in|"
    r"for|with|at|sure|as|care|place|time|advantage|into|by|from|about|you|us|me|one|each|been|no|not|more)\b",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r"\b(?:and|or|the|a|an|your|our|their|its|is|are|be|that|which|who|not|of|as|than|then|up|back|you|access|link|"
    r"need|want|able|how|responds?|refer|go|used|due|according|sure|way|time|questions?)$",
    re.IGNORECASE,
)
_ODD = re.compile(
    r"\b(?:it|this|these|those|them|they|such|that|which|following|above|below|here|and then)\b", re.IGNORECASE
)
_FINITE = re.compile(r"\b(?:is|are|was|were|can|will|should|must|may|has|have)\b", re.IGNORECASE)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        clause = statement.clause
        if clause is None or clause.negated:
            continue
        asked = clause.imperative or (clause.subject.lower() in ("you", "we") and clause.auxiliary in _MODALS)
        match = _OBJECT.match(clause.text, clause.start, clause.end) if asked and not clause.verb else None
        if match is None or _NO_OBJECT.match(match["object"]) or _OPEN_END.search(match["object"]):
            continue
        aim = re.match(r"(?:to (?P<verb>[a-z]+)|for|when|if|before|after)\b", match["rest"])
        if re.match(r"\w+ [A-Z]", match["rest"]):
            continue  # the title of a page goes on
        if aim is None or (aim["verb"] and aim["verb"] not in BASES):
            continue
        if " by " in match["object"] or " and " in match["rest"] or match["object"].endswith("ing"):
            continue
        if len(content_words(match["rest"])) < 2 or match["object"].endswith("ly"):
            continue
        if clause.auxiliary in ("can", "may") and match["verb"].lower() != "use":
            continue
        if _ODD.search(match.group()) or _FINITE.search(match["object"]):
            continue
        yield Candidate(
            question=voice.clause_question("what", clause, match["verb"].lower(), match["rest"]),
            answer=statement.line.cut(*match.span("object")),
            kind="fact",
            rule="objects:what",
            entity=match["rest"],
        )


_MODALS = frozenset(("should", "must", "can", "will", "may"))
