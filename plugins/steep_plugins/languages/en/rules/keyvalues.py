"""Key-value lines: "Owner: Ottoline Fry", "Opening hours: 8:00 to 16:00"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.verbs import GERUND
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_PAIR = re.compile(r"^(?P<key>[A-Z][A-Za-z'’/ -]{2,32}?):\s+(?P<value>\S.{0,110}?)[.;]?$")
_PERSON = re.compile(
    r"\b(?:owner|contact|lead|responsible|author|manager|supervisor|master|head|person|maintainer|chair)s?\b",
    re.IGNORECASE,
)
_NO_KEY = word_set(
    """
    note notes example examples important warning tip caution hint update updated edit nb see also remember
    reminder todo optional yes no question answer step summary background context goal purpose include includes
    reason reasons bad good input output usage syntax result results nit status updates first second third
    finally description present apologies minutes decision
    """
)


# what a thing or a place has, as a line "Opening hours: …" says
_ATTRIBUTES = word_set(
    """
    owner contact lead author manager supervisor master head person maintainer chair sponsor coordinator approver
    phone telephone fax email e-mail mail address location place room building floor office city country region channel
    hours opening schedule date deadline due start end duration length time frequency interval period cadence
    cost price fee rate amount budget limit capacity size width height depth weight speed temperature pressure voltage
    version release license licence language format protocol port encoding default owner team audience prerequisite
    requirement
    password username account website site page repository repo
    """
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    topic = section.topic
    if not 1 <= len(topic.split()) <= 5 or clause_of(topic) or "?" in topic or topic.split()[0].lower() in GERUND:
        return
    lines = [paragraph.sentences[0] for paragraph in section.paragraphs if len(paragraph.sentences) == 1]
    found = [(line, match) for line in lines if (match := _PAIR.match(line.text)) and _is_key(match["key"])]
    for line, match in found:
        if [each["key"] for _, each in found].count(match["key"]) > 1:
            continue  # of several things below one heading
        if len(match["value"].split()) > 10 or (len(found) < 2 and not _PERSON.search(match["key"])):
            continue
        key = match["key"][:1].lower() + match["key"][1:] if match["key"][1:2].islower() else match["key"]
        plural = key.endswith("s") and not key.endswith("ss")
        word = "who" if _PERSON.search(key) else "what"
        asked = voice.pick(
            f"{word} {'are' if plural else 'is'} the {key} for {voice.lowered(topic)}",
            f"{word} {'are' if plural else 'is'} the {key} of {voice.lowered(topic)}",
            f"{key} for {voice.lowered(topic)}",
        )
        yield Candidate(
            question=voice.styled(asked),
            answer=line.cut(*match.span("value")),
            kind="key-value",
            rule="keyvalues:line",
            entity=key,
        )


def _is_key(key: str) -> bool:
    words = key.lower().split()
    if len(words) > 4 or set(words) & _NO_KEY:
        return False
    return words[-1] in _ATTRIBUTES or words[-1].removesuffix("s") in _ATTRIBUTES
