"""Limits and sizes that a verb states: "must be at least 16 characters", "is limited to 5 MB", "there are two"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.languages.en.rules.quantities import COUNTED, LIMIT, MEASURE, MONEY, NUMBER, PERCENT, TIME
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.clause import Clause
    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_LIMITED = re.compile(
    rf"^(?:be )?(?P<verb>limited to|capped at|restricted to|set to|fixed at) (?P<value>{LIMIT}?{NUMBER}[^,"
    rf";:()]{{0,40}}?)"
    r"(?=[.,;:(]?$|[,;:(]| (?:and|but|by|for|if|when|per|in|on|unless|because|so)\b)"
)
_BE = re.compile(r"^(?:not )?(?:only )?be ")
_HOW = {
    "long": "how long",
    "old": "how old",
    "wide": "how wide",
    "high": "how high",
    "deep": "how deep",
    "large": "how large",
}
_THERE = re.compile(
    r"^There (?P<verb>are|were) (?:currently |now |exactly |about |over |only )?(?P<count>two|three|four|five|"
    r"six|seven|eight|nine|"
    r"ten|eleven|twelve|\d[\d,]*) (?P<what>[a-z][^,;:.()]{4,80}?)(?=[.,;:(—–]|$| (?:[-—–]|that|which|who|and|"
    r"but|because|so|when|if)\b)"
)
_ODD = re.compile(
    r"\b(?:it|this|that|these|those|they|them|such|here|above|below|following|other|more|ways?|things?|reasons?|importance|interest|"
    r"approaches|additional|options|notes)\b",
    re.I,
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        yield from _there(statement, voice)
        clause = statement.clause
        if clause is None or clause.verb or clause.imperative or _ODD.search(clause.subject):
            continue
        if clause.subject.lower() in ("you", "we", "i"):
            continue
        made = _limited(statement, clause, voice) or _must_be(statement, clause, voice)
        if made:
            yield made


def _there(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _THERE.match(statement.text)
    if match and not _ODD.search(match["what"]) and 1 < len(match["what"].split()) < 10:
        yield Candidate(
            question=voice.styled(_how_many(match["what"], match["verb"])),
            answer=statement.line.cut(*match.span("count")),
            kind="number",
            rule="limits:there",
            entity=match["what"],
        )


def _how_many(what: str, verb: str) -> str:
    """The verb stands behind the noun that is counted: "how many garages are there near …"."""
    place = re.search(
        r" (?:for|to|in|on|at|of(?= \w+ing\b)|near|with|within|under|from|between|available|required|needed)\b", what
    )
    head, tail = (what[: place.start()], what[place.start() :]) if place else (what, "")
    return f"how many {as_asker(head)} {verb} there{as_asker(tail)}"


def _limited(statement: Statement, clause: Clause, voice: Voice) -> Candidate | None:
    match = _LIMITED.match(clause.predicate)
    if match is None or clause.negated:
        return None
    subject = as_asker(voice.lowered(clause.subject))
    if match["verb"] in ("set to", "fixed at"):
        question = voice.pick(f"what is {subject} set to", f"what value does {subject} have")
    else:
        question = voice.pick(
            f"what's the limit for {subject}", f"what is the limit on {subject}", f"limit for {subject}"
        )
    return _made(statement, clause, match.span("value"), voice.styled(question), "limits:limited")


def _must_be(statement: Statement, clause: Clause, voice: Voice) -> Candidate | None:
    lead = _BE.match(clause.predicate)
    if clause.auxiliary not in ("must", "should", "can", "may", "shall") or lead is None:
        return None
    for pattern in (TIME, MONEY, PERCENT, MEASURE, COUNTED):
        match = pattern.match(clause.predicate, lead.end())
        if match is None:
            continue
        after = re.match(r"\s+([a-z]+)", clause.predicate[match.end() :])
        adjective = after[1] if after else ""
        word = _HOW.get(adjective) or _word(pattern, match.group())
        auxiliary = {"may": "can", "shall": "must"}.get(clause.auxiliary, clause.auxiliary)
        if not word or clause.negated or (adjective and adjective not in _HOW and adjective not in _FINE):
            return None
        question = voice.styled(f"{word} {auxiliary} {as_asker(voice.lowered(clause.subject))} be")
        return _made(statement, clause, match.span(), question, "limits:must-be")
    return None


_FINE = frozenset(("in", "at", "for", "before", "after", "and", "or", "per", "when", "if", "unless"))


def _word(pattern: re.Pattern[str], said: str) -> str:
    unit = re.search(r"(characters|words|pages|bytes|bits|pixels)\b", said)
    if unit:
        return f"how many {unit[1]}"
    return "how long" if pattern is TIME else "how much" if pattern is MONEY else "how large"


def _made(statement: Statement, clause: Clause, span: tuple[int, int], question: str, rule: str) -> Candidate:
    return Candidate(
        question=question,
        answer=statement.line.cut(clause.start + span[0], clause.start + span[1]),
        kind="number",
        rule=rule,
        entity=clause.subject,
    )
