"""What it is that does something: the subject of a sentence is the answer, the rest of it the question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.synthesizers.structure.candidate import Candidate
from steep_plugins.synthesizers.structure.clean import content_words
from steep_plugins.synthesizers.structure.rules.people import is_role
from steep_plugins.synthesizers.structure.verbs import THIRD
from steep_plugins.synthesizers.structure.wording import as_asker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.clause import Clause
    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

_CUT = re.compile(
    r"[,;:(–—]|\s-\s|\b(?:because|so that|which|unless|although|while|whereas|but|if|when|and (?:is|are|can))\b"
)
_ODD = re.compile(
    r"\b(?:it|this|that|these|those|they|them|its|their|such|here|above|below|following|he|she|same|other|others|there)\b",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:(?:each|every|any|all|most|some|many|another|other|one|both|several|various|no|only)\b|"
    r"(?:the |an? )?(?:example|section|chapter|page|document|approach|case|idea|question|answer|rest|reason|result|"
    r"difference|problem|goal|point|thing|name|value|list|table|step|way|user|client|server|application|program)s?$)",
    re.IGNORECASE,
)
_ENDS_OPEN = re.compile(r"\b(?:to|for|with|by|in|on|at|of|the|a|an|from|or|and|is|are|be|as|into|if|when|that|not)$")
_WEAK = word_set(
    """
    is are was were has have means makes comes goes happens exists seems gets looks wants needs includes holds serves
    depends tries treats recommends consists contains uses sends explains remains starts takes works knows thinks
    provides offers accepts registers supports follows applies belongs refers stands becomes continues allows
    """
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        clause = statement.clause
        if clause is None or clause.negated or clause.imperative or clause.trailing or not _is_answer(clause, voice):
            continue
        begins = statement.text.find(clause.subject)
        said = _CUT.split(clause.predicate)[0].strip()
        if begins != 0 or _ODD.search(said) or _ENDS_OPEN.search(said) or not _tells(clause, said):
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
    if _ODD.search(subject) or _GENERIC.match(subject) or is_role(subject) or len(subject.split()) > 6:
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
