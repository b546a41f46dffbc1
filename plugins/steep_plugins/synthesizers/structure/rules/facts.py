"""What a thing requires, contains, returns …: the object of a verb that has one worth asking for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.candidate import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

_VERBS = frozenset(
    """require include contain support provide cover need return store show handle allow enable use measure count send
    mean indicate affect replace represent track offer produce cause prevent receive accept generate check
    protect record reflect apply trigger determine expect consist""".split()
)
_STOP = re.compile(r"[;:(–—]|\s-\s|\b(?:because|so that|which|unless|although|while|whereas|but|if|when)\b")
_ODD = re.compile(r"\b(?:it|this|these|those|they|them|such|here|above|below|following)\b", re.I)
_SUGGESTED = re.compile(r"^(?:be used|used) (?P<purpose>(?:to|for)\s.{6,120})")
_INSTEAD = re.compile(
    r"\b[Uu]se (?P<chosen>[^,;:.()]{2,60}?) (?:instead of|rather than) (?P<other>[^,;:.()]{2,60}?)(?=[.,;:(]|$| (?:when|if|for|to|because)\b)"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        yield from _object(statement, voice)
        yield from _instead(statement, voice)


def _object(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    clause = statement.clause
    if clause is None or clause.negated or clause.verb not in _VERBS or clause.subject.lower() in ("we", "i", "you"):
        return
    cut = _STOP.search(clause.predicate)
    value = (clause.predicate[: cut.start()] if cut else clause.predicate).strip(" ,")
    if (
        not 1 <= len(value.split()) <= 22
        or _ODD.search(value)
        or value.startswith(("to ", "that ", "how ", "on ", "as ", "not "))
    ):
        return
    if _ODD.search(clause.subject):
        return
    verb = clause.verb
    particle = ""
    if verb == "consist":
        if not value.startswith("of "):
            return
        particle, value = "of", value[3:]
    start = clause.start + clause.predicate.index(value)
    yield Candidate(
        question=voice.clause_question("what", clause, particle),
        answer=statement.line.cut(start, start + len(value)),
        kind="fact",
        rule=f"facts:{verb}",
        entity=clause.subject,
    )


def _instead(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _INSTEAD.search(statement.text)
    if not match or _ODD.search(match["other"]) or _ODD.search(match["chosen"]):
        return
    other = match["other"].strip()
    yield Candidate(
        question=voice.styled(
            voice.pick(f"what should I use instead of {other}", f"what can I use in place of {other}")
        ),
        answer=statement.line.cut(*match.span("chosen")),
        kind="comparison",
        rule="facts:instead",
        entity=other,
    )
