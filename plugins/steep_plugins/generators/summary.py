"""What a summary is made of: all passages of the section, or of the document, that the request has by its name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from steep.language import content_stems, language_of
from steep_plugins.languages import manners

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from steep.kinds import Asked, AtHand
    from steep.language import Language
    from steep.values import Hit

__all__ = ["section_named", "summarised", "summary_asked"]

# of a heading: "3.2 Fees", "Chapter 4: Tools"
_NUMBER = re.compile(r"^(?:(?:chapter|section|part) )?(?:\d[\d.]*|[A-Z])[.:)]\s+|^\d[\d.]*\s+", re.IGNORECASE)

_LIKE = 0.5  # of the words that a subject and a heading have, those that both have


def summary_asked(asked: Asked) -> bool:
    """Whether a summary of something is asked for, in a language whose manners are known."""
    known = manners(language_of(asked.question))
    return known is not None and known.summary_asked(asked.question)


def summarised(asked: Asked, at_hand: AtHand, *, room: int) -> Asked:
    """With the passages of a section or a document whose summary is asked for by its name, as many as have room."""
    language = language_of(asked.question)
    known = manners(language)
    if known is None or not asked.grounded or not known.summary_asked(asked.question):
        return asked
    said = asked.question.casefold()
    named = [path for path, title in at_hand.titles().items() if _names(said, path, title)]
    near = dict.fromkeys([*named[:1], *(hit.passage.path for hit in asked.hits)])
    subject = content_stems(known.summary_subject(asked.question), language)
    sections = (section_named(subject, at_hand.read(path), language) for path in near)
    hits: list[Hit] = []
    for hit in next(filter(None, sections), at_hand.read(named[0]) if len(named) == 1 else ()):
        room -= len(hit.passage.indexed_text)
        if hits and room < 0:
            break
        hits.append(hit)
    return replace(asked, hits=tuple(hits)) if hits else asked


def section_named(subject: Set[str], passages: Sequence[Hit], language: Language) -> tuple[Hit, ...]:
    """Of a document's passages those below the heading that says the subject, in as many words or twice as many."""
    best, likeness = "", 0.0
    for heading in dict.fromkeys(name for hit in passages for name in hit.passage.heading if name != hit.passage.title):
        stems = content_stems(_NUMBER.sub("", heading), language)
        alike = len(subject & stems) / max(1, len(subject | stems)) if stems <= subject or subject <= stems else 0.0
        if alike > likeness:
            best, likeness = heading, alike
    return tuple(hit for hit in passages if best in hit.passage.heading) if likeness >= _LIKE else ()


def _names(said: str, path: str, title: str) -> bool:
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return any(len(name) > 2 and name.casefold() in said for name in (path, title, stem, stem.replace("-", " ")))
