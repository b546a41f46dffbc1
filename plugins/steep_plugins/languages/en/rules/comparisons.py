"""Comparisons: which of two is more, what is different between them, and how one is unlike the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section
_MORE = re.compile(
    r"^(?P<one>[\w`][\w .'’-]{1,45}?) (?:is|are) (?:much |far |usually |often |generally |significantly |a lot )?"
    r"(?P<more>(?:more|less) [a-z]+|better|worse|(?!rather|other|either|further)[a-z]{3,}er) than (?P<other>[^,"
    r";:.()]{2,50}?)(?=[.,;:(]|$)"
)
_BETWEEN = re.compile(
    r"\b(?P<what>(?:main |key |only |big |biggest |major )?difference between (?P<one>[^,;:.()]{2,45}?) and "
    r"(?P<other>[^,;:.()]{2,45}?)) "
    r"is (?:that |in )?(?P<how>[^;:()]{8,160}?)[.!]?$",
    re.IGNORECASE,
)
_UNLIKE = re.compile(
    r"^(?:Unlike|In contrast to|Compared to|As opposed to) (?P<other>[^,;:()]{2,50}), (?P<main>\S[^;:()]{12,"
    r"160}?)[.!]?$"
)
_ODD = re.compile(
    r"\b(?:it|this|that|these|those|they|them|such|here|above|below|following|other|others|before|usual|ever)\b", re.I
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        made = _which(statement, voice) or _between(statement, voice) or _unlike(statement, voice)
        if made:
            yield made


def _which(statement: Statement, voice: Voice) -> Candidate | None:
    match = _MORE.match(statement.text)
    if not match or _ODD.search(match["one"]) or _ODD.search(match["other"]) or len(match["other"].split()) > 6:
        return None
    pair = [as_asker(voice.lowered(match["one"])), as_asker(match["other"])]
    if voice.rng.random() < 0.5:
        pair.reverse()
    return Candidate(
        question=voice.styled(f"which is {match['more']}, {pair[0]} or {pair[1]}"),
        answer=statement.line.cut(*match.span("one")),
        kind="comparison",
        rule="comparisons:which",
        entity=match["one"],
    )


def _between(statement: Statement, voice: Voice) -> Candidate | None:
    match = _BETWEEN.search(statement.text)
    if not match or _ODD.search(match["what"]):
        return None
    one, other = as_asker(match["one"]), as_asker(match["other"])
    return Candidate(
        question=voice.styled(
            voice.pick(f"what is the difference between {one} and {other}", f"how do {one} and {other} differ")
        ),
        answer=statement.line.cut(*match.span("how")),
        kind="comparison",
        rule="comparisons:difference",
        entity=one,
    )


def _unlike(statement: Statement, voice: Voice) -> Candidate | None:
    match = _UNLIKE.match(statement.text)
    clause = clause_of(statement.text, match.start("main")) if match else None
    if not match or clause is None or clause.imperative or _ODD.search(match["other"]) or _ODD.search(clause.subject):
        return None
    if clause.subject.lower() in ("you", "we", "i"):
        return None
    subject, other = as_asker(voice.lowered(clause.subject)), as_asker(match["other"])
    verb = "are" if clause.auxiliary in ("are", "do", "were") else "is"
    return Candidate(
        question=voice.styled(f"how {verb} {subject} different from {other}"),
        answer=statement.line.cut(*match.span("main")),
        kind="comparison",
        rule="comparisons:unlike",
        entity=subject,
    )
