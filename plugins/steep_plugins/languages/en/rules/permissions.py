"""What is allowed and what is not: "Do not share …", "You may …", "X must not be …"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.tight import end_of_statement, start_of_statement
from steep_plugins.languages.en.verbs import BASES, PARTICIPLE
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.clause import Clause
    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_FORBIDDEN = re.compile(
    r"^(?:Please )?(?:[Dd]o not|[Dd]on[’']t|[Nn]ever|[Aa]void) (?P<verb>[a-z]+)\b(?P<rest>[^,;:()]{4,"
    r"90}?)(?=[.!]?$|[;–—]|\.\s)"
)
_ODD = re.compile(
    r"\b(?:it|this|these|those|they|them|such|here|above|below|that|forget|worry|hesitate|be afraid)\b", re.I
)

_FEEBLE = re.compile(
    r"(?:(?:need|have|want) to\b|be (?:complex|difficult|hard|easy|useful|helpful|expensive|silly|seen|viewed|sure|"
    r"able|used$)|easily|\w+ly (?:lead|cause|create)|"
    r"consist|contain|include|see|want|think|imagine|find|notice|expect|be an?)\b"
)
# a list that goes on behind the comma: half of it is not worth asking for
_LISTED = re.compile(
    r", \S+(?: \S+)?[.]?$|, (?:(?:or|and)\b(?! (?:you|we|it|there|they|the)\b)|[^,]{2,30},? (?:or|and)\b)|\("
)


# the comma stands between two adjectives: "a free, read-only license"
_ADJECTIVE = re.compile(
    r", (?!(?:and|or|but|if|as|even|so|when|which|who|with|without|by|though|for|in|at|to)\b)[\w-]+ \w"
)


_FOLLOWING = re.compile(r"(?:otherwise|then|so|instead|in that case|thus|therefore|still)\b", re.IGNORECASE)
_JOINED = re.compile(r" (?:The|An?) [a-z]")  # a label and the subject behind it
_BEHIND = 20  # who says that a thing may be done, and means it, says so many letters more


def _asked(clause: Clause) -> str:
    """As people ask for leave: "must not" and "may" are both asked for with "can"."""
    return "should" if clause.auxiliary == "should" else "can"


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        made = _forbidden(statement, voice) or _allowed(statement, voice)
        if made:
            yield made


def _forbidden(statement: Statement, voice: Voice) -> Candidate | None:
    match = _FORBIDDEN.match(statement.text)
    if not match or match["verb"] not in BASES or _ODD.search(match.group()):
        return None
    action = as_asker(f"{match['verb']}{match['rest']}")
    return Candidate(
        question=voice.styled(
            voice.pick(f"can I {action}", f"am I allowed to {action}", f"is it OK to {action}", f"may I {action}")
        ),
        answer=statement.line.cut(0, match.end()),
        kind="permission",
        rule="permissions:forbidden",
        entity=action,
    )


def _allowed(statement: Statement, voice: Voice) -> Candidate | None:
    clause = statement.clause or clause_of(statement.text)
    if (
        clause is None
        or clause.imperative
        or clause.trailing
        or clause.auxiliary not in ("can", "may", "must", "should")
        or clause.verb
    ):
        return None
    if clause.auxiliary in ("must", "should") and not clause.negated:
        return None
    if _FOLLOWING.match(statement.text) or (clause.auxiliary == "may" and clause.negated):
        return None  # so only after what was said before; "may not" is said of what may be left undone, too
    cut = re.search(r"[,;(–—]|\s-\s|$", clause.predicate)
    begin = cut.start() if cut else len(clause.predicate)
    if not clause.negated and len(clause.predicate) - begin < _BEHIND:
        return None
    if _LISTED.match(clause.predicate, begin) or clause.subject.lower() in PARTICIPLE or _JOINED.search(clause.subject):
        return None
    predicate = clause.predicate[:begin].strip()
    if re.search(r"\ban? [\w-]+$", predicate) and _ADJECTIVE.match(clause.predicate, begin):
        return None
    if (
        _ODD.search(predicate)
        or not 2 <= len(predicate.split()) <= 12
        or predicate.startswith(("also", "be found", "find"))
        or statement.text.count(",") > 3
    ):
        return None
    if len(content_words(f"{clause.subject} {predicate}")) < 3 or _FEEBLE.match(predicate):
        return None
    subject = as_asker(voice.lowered(clause.subject))
    start = start_of_statement(statement.text, clause.subject, clause.start)
    end = end_of_statement(statement.text, clause.start + len(predicate))
    if start is None or end is None:
        return None
    return Candidate(
        question=voice.styled(f"{_asked(clause)} {subject} {as_asker(predicate)}"),
        answer=statement.line.cut(start, end),
        kind="permission",
        rule="permissions:allowed" if not clause.negated else "permissions:not-allowed",
        entity=clause.subject,
    )
