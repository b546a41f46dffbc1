"""Where: "X is kept in …", "X can be found at …"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.candidate import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

_PLACED = re.compile(
    r"^(?:\w+ly )?(?:be )?(?P<verb>found|located|stored|kept|saved|listed|documented|posted|published"
    r"|available|held|hosted|placed|"
    r"displayed|shown|installed|written|recorded|logged|defined|configured|described|archived|tracked|put"
    r"|stands?|hangs?|lies?) "
    r"(?P<place>(?:in|at|on|under|inside|behind|near|next to|outside|above|within)\s[^,;:()]{3,90}?)"
    r"(?=[.,;:(]?$|[,;(]| (?:and|but|which|if|when|so|because|for|until|after|before|by)\b)"
)
_PLACED_AT_NUMBER = re.compile(
    r".*\b(?:costs?|prices?|rates?|times?|levels?)\b|.* - |\w+ (?:EUR|USD|GBP|[$€£]|\d)|"
    r".*\b(?:letters|format|order|bold|italics)$"
)
_NO_PLACE = re.compile(
    r"^(?:in|on|at|under|within) (?:the (?:event|case|process|form|same|context|order|future|past|first"
    r"|end|way|basis|following)|order|case|general|addition|a|an|time|this|that|which|it|them|these|progress|effect|demand|request)\b"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        clause = statement.clause
        if clause is None or clause.negated or clause.imperative or clause.verb:
            continue
        match = _PLACED.match(clause.predicate)
        if match and re.match(
            r",? (?:and )?(?:in|on|at|near|behind|next|under)\b| and [A-Z]", clause.predicate[match.end() :]
        ):
            continue
        if (
            not match
            or _PLACED_AT_NUMBER.match(match["place"])
            or _NO_PLACE.match(match["place"])
            or re.search(r"\d{4}|version", match["place"])
        ):
            continue
        yield Candidate(
            question=voice.clause_question("where", clause, clause.predicate[: match.start("place")]),
            answer=statement.line.cut(clause.start + match.start("place"), clause.start + match.end("place")),
            kind="place",
            rule="places:where",
            entity=clause.subject,
        )
