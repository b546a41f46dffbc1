"""What one should bring, include, send …; and what it is that does something: the subject as the answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.rules.people import is_role
from steep_plugins.languages.en.verbs import BASES, THIRD
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.clause import Clause
    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

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


_CUT = re.compile(
    r"[,;:(–—]|\s-\s|\b(?:because|so that|which|unless|although|while|whereas|but|if|when|and (?:is|are|can))\b"
)
_UNTOLD = re.compile(
    r"\b(?:it|this|that|these|those|they|them|its|their|such|here|above|below|following|he|she|same|other|others|there)\b",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:(?:each|every|any|all|most|some|many|another|other|one|both|several|various|no|only)\b|"
    r"(?:the |an? )?(?:example|section|chapter|page|document|approach|case|idea|question|answer|rest|reason|result|"
    r"difference|problem|goal|point|thing|name|value|list|table|step|way|user|client|server|application|program)s?$)",
    re.IGNORECASE,
)
_ENDS_SO = re.compile(r"\b(?:to|for|with|by|in|on|at|of|the|a|an|from|or|and|is|are|be|as|into|if|when|that|not)$")
_WEAK = word_set(
    """
    is are was were has have means makes comes goes happens exists seems gets looks wants needs includes holds serves
    depends tries treats recommends consists contains uses sends explains remains starts takes works knows thinks
    provides offers accepts registers supports follows applies belongs refers stands becomes continues allows
    """
)


def propose_subjects(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        clause = statement.clause
        if clause is None or clause.negated or clause.imperative or clause.trailing or not _is_answer(clause, voice):
            continue
        begins = statement.text.find(clause.subject)
        said = _CUT.split(clause.predicate)[0].strip()
        if begins != 0 or _UNTOLD.search(said) or _ENDS_SO.search(said) or not _tells(clause, said):
            continue
        finite = _singular(clause.finite)
        yield Candidate(
            question=voice.styled(f"what {finite} {as_asker(said)}"),
            answer=statement.line.cut(0, len(clause.subject)),
            kind="subject",
            rule="subjects:what",
            entity=said,
        )


def _is_answer(clause: Clause, voice: Voice) -> bool:
    """A thing that a reader knows by its name: not a person, a pronoun or "the example"."""
    subject = clause.subject
    if _UNTOLD.search(subject) or _GENERIC.match(subject) or is_role(subject) or len(subject.split()) > 6:
        return False
    if subject.lower() in ("you", "we", "i", "people", "users", "developers"):
        return False
    if re.search(r"\b(?:primarily|at|in|on|for|to|with)\b", subject):
        return False
    if subject.split()[0].lower() in THIRD or subject.split()[0].endswith("ing") or subject.split()[-1].endswith("ly"):
        return False
    if subject.endswith(("longer", "supervisors", "participants", "members")) or subject.startswith("A lot"):
        return False
    bare = re.sub(r"^(?:the|an?) ", "", subject, flags=re.IGNORECASE)
    first, *others = bare.split()
    named = first in voice.names or bool(re.search(r"[_.\d-]|.[A-Z]", first))
    return named or any(not word.islower() for word in others)


def _tells(clause: Clause, said: str) -> bool:
    """Whether the predicate tells one thing from others: a verb of its own and three words that mean something."""
    words = said.split()
    if not 4 <= len(words) <= 14 or len(content_words(said)) < 3:
        return False
    if clause.verb:
        return clause.finite.lower() in THIRD and clause.finite.lower() not in _WEAK
    return False


def _singular(finite: str) -> str:
    return {"are": "is", "were": "was"}.get(finite.lower(), finite.lower())
