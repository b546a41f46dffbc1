"""Names: what a thing is called, and which word a definition defines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.rules.definitions import defined
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section
_CALLED = re.compile(
    r"^(?P<what>[^,;:()]{4,80}?) (?:is|are) (?:often |sometimes |usually |also |commonly )?(?:called|known as|"
    r"named|referred to as) "
    r"(?P<name>(?:an? |the )?[\"“]?[^,;:.()\"”]{2,40}[\"”]?)(?=[.,;:(]|$)"
)
_LOOSE = re.compile(
    r"an? (?:\w+ )?(?:kind|type|form|term|part|member|way|bit|lot|set|list|normal|different|flexible|name|tad|more|"
    r"primary|helpful|popular|fundamental|central|slight|great|good|useful|nice|simple|single value)\b"
)
_TAIL = re.compile(r"\s(?:and|or|but|which|when|if|because|in|on|by|to|for|with|that)\s.*$")
_ODD = re.compile(
    r"\b(?:it|this|that|these|those|they|them|such|here|above|below|following|which|he|she)\b", re.IGNORECASE
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        match = _CALLED.match(statement.text)
        if match and not _ODD.search(match["what"]) and len(content_words(match["what"])) >= 2 and _fit(match):
            name = _TAIL.sub("", match["name"])
            start = match.start("name")
            what = as_asker(voice.lowered(match["what"]))
            yield Candidate(
                question=voice.styled(
                    voice.pick(f"what {_verb(statement.text)} {what} called", f"what do you call {what}")
                ),
                answer=statement.line.cut(start, start + len(name)),
                kind="naming",
                rule="naming:called",
                entity=what,
            )
        found = defined(statement)
        if found and not _ODD.search(found["meaning"]) and 5 <= len(found["meaning"].split()) <= 20:
            yield from _which_word(statement, found, voice)


def _fit(match: re.Match[str]) -> bool:
    """Not "another", not "named according to …", and not a name that only some give it."""
    if match["name"].endswith("ly") or re.search(r" (?:in|by|on) ", match["name"]):
        return False
    return not re.match(
        r"(?:another|both|according|in|as|by|with|after|from|something)\b", match["name"]
    ) and not re.match(r"(?:another|both|two|one)\b", match["what"], re.IGNORECASE)


def _verb(text: str) -> str:
    return "are" if re.search(r"\bare (?:\w+ )?(?:called|known|named|referred)\b", text) else "is"


def _which_word(statement: Statement, found: re.Match[str], voice: Voice) -> Iterator[Candidate]:
    meaning = as_asker(found["meaning"].strip(" ."))
    if not meaning.startswith(("a ", "an ")) or len(content_words(meaning)) < 4 or _LOOSE.match(meaning):
        return
    if re.search(r"\b(?:includes|former|latter|must|previous)\b|\(", f"{meaning} {found['term']}"):
        return
    if found["term"].split()[0].endswith("ing") or found["term"].endswith("s") or "," in meaning:
        return
    yield Candidate(
        question=voice.styled(
            voice.pick(f"what do you call {meaning}", f"what is {meaning} called", f"name for {meaning}")
        ),
        answer=statement.line.cut(*found.span("term")),
        kind="naming",
        rule="naming:term",
        entity=meaning,
    )
