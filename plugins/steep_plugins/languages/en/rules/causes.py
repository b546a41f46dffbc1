"""Reasons: "M because C", "M so that C", "M. This is because C"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.verbs import PARTICIPLE
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_REASON = re.compile(
    r"^(?P<main>.{10,120}?),?\s+(?P<reason>(?:because(?: of)?|due to|so that|in order to|so as to|to avoid|to prevent|"
    r"to ensure|to make sure|to protect|since)\s.{6,160}?)[.!]?$"
)
_FURTHER = re.compile(
    r",? (?:so the|so you|so we|and there|and you can)\b|"
    r", (?:but|which|so|and (?:the|it|this|you|we|they|there|if|when|with))\b"
)
# "not just because …" gives no reason, but denies one
_ONLY = re.compile(r"\b(?:just|merely|simply|only|solely|mainly|partly|largely|not)$", re.IGNORECASE)
_SAID = word_set("say call mean write speak")
_THIS = re.compile(r"^(?:This|That|It)(?: is|'s|’s) (?P<reason>because (?:of )?.{6,180}?)[.!]?$")
_ODD = re.compile(r"\b(?:it|this|these|those|they|them|he|she|such|here|following|above|below)\b", re.I)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        yield from _own_reason(statement, voice)
        yield from _given_after(statement, voice)


def _own_reason(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _REASON.match(statement.text)
    if not match or _ODD.search(match["main"]) or "," in match["main"] or _ONLY.search(match["main"]):
        return
    if match["reason"].startswith("since ") and clause_of(match["reason"].removeprefix("since ")) is None:
        return
    clause = clause_of(statement.text, 0, match.end("main"))
    if clause and clause.auxiliary in _BE and match["reason"].startswith("to ") and _bare(clause.predicate):
        return
    if clause is None or clause.auxiliary in ("can", "may", "could", "might") or clause.verb in _SAID:
        return  # a purpose of which there may be others
    if clause.subject.lower().startswith("the reason") or len(clause.predicate.split()) > 14:
        return
    yield Candidate(
        question=voice.clause_question("why", clause, clause.predicate),
        answer=statement.line.cut(
            match.start("reason"), match.start("reason") + len(_FURTHER.split(match["reason"])[0])
        ),
        kind="cause",
        rule="causes:own",
        entity=clause.subject,
    )


_BE = ("is", "are", "was", "were")


def _bare(predicate: str) -> bool:
    """Whether nothing but an adverb stands between "is" and the infinitive, which then is no purpose."""
    return len(predicate.split()) < 2 and predicate not in PARTICIPLE


def _given_after(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _THIS.match(statement.text)
    before = statement.before
    if not match or before is None or before.clause is None or re.search(r"[,;:()]", before.text.rstrip(".!")):
        return
    clause = before.clause
    if len(clause.predicate.split()) > 14 or _ODD.search(before.text):
        return
    yield Candidate(
        question=voice.clause_question("why", clause, clause.predicate.rstrip(".!")),
        answer=statement.line.cut(match.start("reason"), match.end("reason")),
        kind="cause",
        rule="causes:after",
        entity=clause.subject,
    )
