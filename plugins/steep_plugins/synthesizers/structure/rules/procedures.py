"""What to do: "To reset your badge, …", "If you lose it, …", headings that name a task."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.candidate import Candidate
from steep_plugins.synthesizers.structure.clause import clause_of
from steep_plugins.synthesizers.structure.verbs import BASES, GERUND
from steep_plugins.synthesizers.structure.wording import as_asker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

_PURPOSE = re.compile(r"^(?:In order )?[Tt]o (?P<goal>(?P<verb>[a-z]+)\b[^,:;.]{3,80}),\s+(?P<means>\S.+?)[.!]?$")
_BY = re.compile(r"\b(?P<by>by (?P<verb>[a-z]+ing)\b[^,;:.()]{5,120})(?=[.,;]|$)")
_HOW = re.compile(r"^how (?:to|do i|do you|can i|can you) (?P<goal>.+)$", re.IGNORECASE)
_VAGUE_GOAL = re.compile(
    r"^(?:do|be|help|make sure|get started|learn|understand|see|find out)\b|\b(?:it|this|that|these|so)\b"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        yield from _purpose(statement, voice)
        yield from _by(statement, voice)
    yield from _heading(section, statements, voice)


def _how(goal: str, voice: Voice) -> str:
    goal = as_asker(goal)
    asked = voice.pick("how do I", "how do I", "how can I", "what do I have to do to", "what's the way to", "how to")
    return voice.styled(f"{asked} {goal}")


def _purpose(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _PURPOSE.match(statement.text)
    if not match or match["verb"] not in BASES or _VAGUE_GOAL.search(match["goal"]):
        return
    clause = clause_of(statement.text, match.start("means"))
    if clause is None or not (clause.imperative or clause.subject.lower() in ("you", "we")):
        return
    start = match.start("means")
    yield Candidate(
        question=_how(match["goal"], voice),
        answer=statement.line.cut(start, match.end("means")),
        kind="procedure",
        rule="procedures:purpose",
        entity=match["goal"],
    )


def _by(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    clause = statement.clause
    match = _BY.search(statement.text)
    if clause is None or match is None or clause.negated or match["verb"] not in GERUND:
        return
    if not clause.start < match.start() < clause.end:
        return
    head = statement.text[clause.start : match.start()].strip()
    if not 1 <= len(head.split()) <= 9 or re.search(r"[,;:()]", head):
        return
    yield Candidate(
        question=voice.clause_question("how", clause, head),
        answer=statement.line.cut(match.start("by"), match.end("by")),
        kind="procedure",
        rule="procedures:by",
        entity=clause.subject,
    )


def _heading(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    """A heading that names a task is answered by the first instruction below it."""
    goal = _goal(section.topic, voice) if section.heading else ""
    if not goal:
        return
    for statement in statements[:3]:
        clause = statement.clause
        if clause and not clause.negated and (clause.imperative or clause.subject.lower() == "you"):
            if clause.trailing or len(statement.text.split()) < 5:
                continue
            yield Candidate(
                question=_how(goal, voice),
                answer=statement.line.cut(0, len(statement.text)),
                kind="procedure",
                rule="procedures:heading",
                entity=goal,
            )
            return


def _goal(heading: str, voice: Voice) -> str:
    words = heading.split()
    match = _HOW.match(heading)
    if match:
        return voice.lowered(match["goal"]).rstrip("?")
    if not 2 <= len(words) <= 8 or "?" in heading:
        return ""
    first = words[0].lower()
    rest = " ".join(
        [words[1].lower() if words[1].istitle() and words[1].lower() in voice.common else words[1], *words[2:]]
    )
    if _VAGUE_GOAL.search(heading.lower()) or "," in heading or ":" in heading or " and " in heading:
        return ""
    if first in GERUND and first not in ("meeting", "building", "training", "testing", "working", "billing"):
        return f"{GERUND[first]} {rest}"
    if first in _TASKS:
        return f"{first} {rest}"
    return ""


_TASKS = frozenset(
    """add apply approve archive ask assign avoid book build buy cancel choose configure connect copy create delete disable
    download edit enable enroll find get give install join log make manage move notify obtain pay prepare publish remove
    rename renew request reserve reset restart restore revoke run schedule select send set share sign start stop submit
    subscribe transfer uninstall update upgrade upload use verify write""".split()
)
