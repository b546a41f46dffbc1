"""What a document in English is asked: what the rules propose, and the rest of this room finds fit to be asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.languages.en.clean import clean_answer, clean_question, content_words, reads_well
from steep_plugins.languages.en.rules import RULES
from steep_plugins.languages.en.standing import placed
from steep_plugins.languages.en.statements import statements
from steep_plugins.languages.en.tight import tightened
from steep_plugins.languages.en.unanswerable import unanswerable_pairs
from steep_plugins.languages.en.voice import Voice
from steep_plugins.synthesizers.structure.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from steep.values import Document
    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.plain import Candidate

__all__ = ["candidates", "telling", "unanswerable_pairs"]

telling = content_words

_WORDINGS = 3  # how often each rule reads each section


def candidates(document: Document, rng: Random) -> Iterator[Candidate]:
    read = outline(document)
    voice = Voice(rng=rng, common=read.common, names=read.names)
    stated_in = [(section, tuple(statements(section))) for section in read.sections]
    # each further time the same facts are asked for in other words, where the tables of words have them
    for section, stated in stated_in * _WORDINGS:
        for rule in RULES:
            for proposed in rule(section, stated, voice):
                candidate = tightened(proposed)
                clean = clean_question(candidate.question) and clean_answer(candidate.answer.text)
                named = placed(candidate, section, voice) if clean else None
                if named and _names_its_thing(named, section) and reads_well(named):
                    yield named


def _names_its_thing(candidate: Candidate, section: Section) -> bool:
    """Whether a question says of what it asks: a name, enough words that mean something, or its heading's."""
    if candidate.kind in ("definition", "option", "asked"):
        return True
    words = content_words(candidate.question)
    named = any(
        word[:1].isupper() or re.search(r"[\d_%]|\w\.\w|^-|[a-z][A-Z]", word) for word in candidate.question.split()[1:]
    )
    enough = 3 if candidate.kind in ("fact", "table") else 2
    return len(words) >= enough or (bool(words) and (named or bool(content_words(section.topic) & words)))
