"""Lists: the sentence that leads in asks, the items answer; enumerations within a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.synthesizers.structure.candidate import Candidate
from steep_plugins.synthesizers.structure.clause import clause_of
from steep_plugins.synthesizers.structure.plain import joined
from steep_plugins.synthesizers.structure.wording import as_asker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

_LONGEST = 260
_OBJECT = word_set("include contain support require cover provide need offer consist accept")
_ODD = re.compile(r"\b(?:it|this|these|those|they|them|such|here|above|below|following)\b", re.I)
_THERE = re.compile(
    r"^There are (?P<number>two|three|four|five|six|seven|eight|nine|ten|\d+|several)"
    r" (?P<what>[^,:;()]{4,70}?)(?: (?:available|here))?:\s*(?P<items>.*)$"
)
_SUCH = re.compile(
    r"^(?:The )?(?P<what>[a-z][\w ]{4,50}?) (?:are|is) (?:one of )?(?:as follows|the following|listed below|these):$",
    re.I,
)
_TYPES = re.compile(
    r"\b(?P<what>(?:types|kinds|ways|reasons|levels|steps|phases|stages|categories|options|methods|states"
    r"|formats|modes) (?:of|for|to) [\w -]{3,40}?|(?:supported|available|valid|allowed|possible) [\w"
    r" -]{3,30}?) (?:are|is) (?P<items>[^.;:()]{6,150}, (?:and|or) [^.;:()]{2,50})(?=[.;]|$)"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for each in section.lists:
        whole = joined(each.items, "\n")
        if each.lead is not None and 2 <= len(each.items) <= 8 and len(whole.text) <= _LONGEST:
            question = _lead_question(each.lead.text, voice)
            if question:
                yield Candidate(question=question, answer=whole, kind="list", rule="lists:lead", entity=section.topic)
    for statement in statements:
        match = _TYPES.search(statement.text)
        if match and not _ODD.search(match["what"]):
            yield Candidate(
                question=voice.styled(f"what are the {match['what']}"),
                answer=statement.line.cut(*match.span("items")),
                kind="list",
                rule="lists:enumeration",
                entity=match["what"],
            )


def _lead_question(lead: str, voice: Voice) -> str:
    match = _THERE.match(lead)
    if match:
        return voice.styled(
            f"what are the {'' if match['number'] == 'several' else match['number'] + ' '}{as_asker(match['what'])}"
        )
    match = _SUCH.match(lead)
    if match and not _ODD.search(match["what"]):
        return voice.styled(f"what are the {as_asker(voice.lowered(match['what']))}")
    clause = clause_of(f"{lead.rstrip(' :')} these")
    if clause is None or clause.negated or _ODD.search(clause.subject) or clause.imperative:
        return ""
    rest = re.sub(r"\b(?:the following|these)\b.*$", "", clause.predicate).strip(" :,")
    if clause.verb in _OBJECT and len(rest.split()) <= 1:
        return voice.clause_question("what", clause, rest)
    if clause.subject.lower() in ("you", "we") and (
        not rest or rest.split()[-1] in ("need", "bring", "include", "provide", "use")
    ):
        return voice.clause_question("what", clause, rest)
    return ""
