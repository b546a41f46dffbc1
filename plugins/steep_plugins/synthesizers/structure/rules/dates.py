"""When: dates, years, times of day and weekdays after "on", "by", "in", "since", "at"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.candidate import Candidate
from steep_plugins.synthesizers.structure.gaps import around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)s?"
_CLOCK = (
    r"(?:noon|midnight|\d{1,2}(?::\d{2})?\s?(?:[ap]\.?m\.?|[AP]M)(?:\s[A-Z]{2,4}\b)?|\d{1,2}:\d{2}(?:\s[A-Z]{2,4}\b)?)"
)
_WHEN = re.compile(
    rf"\b(?P<word>on|by|in|since|until|at|before|from|every|no later than)\s(?P<date>(?:(?:the|every|each"
    rf"|early|late|mid|mid-)\s?)?"
    rf"(?:{_DAY}(?:,? (?:at|by|before|to|through|and) (?:{_CLOCK}|{_DAY}))?|\d{{1,2}}(?:st|nd|rd|th)?(?:"
    rf" of)? {_MONTH}(?: \d{{4}})?|"
    rf"{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? \d{{4}})?|(?:19|20)\d\d\b|{_CLOCK}(?: on [\w ]{{3,20}})?))",
)
_VERSION = re.compile(
    r"\b(?P<word>in|since|from|with|starting with|as of) "
    r"(?P<version>(?:(?!the |an? )(?:[A-Z][A-Za-z]+|release) )?(?:version )?v?\d+\.\d+(?:\.\d+)?\b)(?!\.\d)"
)
_CLOCKED = re.compile(_CLOCK)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        clause = statement.clause
        if clause is None or clause.negated:
            continue
        match = _WHEN.search(clause.text, clause.start, clause.end)
        if match:
            rest = around(clause, *match.span())
            word = _word(match, voice)
            if rest and (rest[0] or clause.verb):
                yield Candidate(
                    question=voice.clause_question(word, clause, *rest),
                    answer=statement.line.cut(*(match.span() if word in ("when", "how often") else match.span("date"))),
                    kind="date",
                    rule="dates:when",
                    entity=clause.subject,
                )
            continue
        match = _VERSION.search(clause.text, clause.start, clause.end)
        rest = around(clause, *match.span()) if match else None
        if match and rest and (rest[0] or clause.verb):
            yield Candidate(
                question=voice.clause_question(
                    f"{match['word']} which version",
                    clause,
                    *rest,
                ),
                answer=statement.line.cut(*match.span("version")),
                kind="date",
                rule="dates:version",
                entity=clause.subject,
            )


def _word(match: re.Match[str], voice: Voice) -> str:
    word = match["word"]
    if word in ("by", "no later than"):
        return "by what time" if _CLOCKED.match(match["date"]) else "by when"
    if word in ("since", "until", "from"):
        return f"{word} when"
    if word == "every":
        return "how often"
    if word == "at":
        return voice.pick("at what time", "when", "when")
    if word == "in" and match["date"][:2].isdigit():
        return voice.pick("when", "in which year")
    return "when"
