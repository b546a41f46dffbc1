"""Stretches of a document's sentences that a question may ask for, and which questions for them are fit to be kept.

A quantity with its unit and limit, a name, a noun phrase behind the subject, or a whole sentence. What is written for
them by a model passes the same tests as what the rules write, and is told of what it speaks where it does not say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.language import content_stems
from steep_plugins.languages.en.clean import clean_answer, clean_question, reads_well
from steep_plugins.languages.en.phrases import noun_phrases
from steep_plugins.languages.en.spans import with_condition, with_unit
from steep_plugins.languages.en.standing import placed
from steep_plugins.languages.en.voice import Voice
from steep_plugins.synthesizers.structure.outline import outline
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from steep.values import Document
    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.plain import Line

_NUMBER = re.compile(r"(?<![\w.,/:-])\d+(?:[.,]\d+)*(?![\w/:-]|[.,]\d)")
_NAME = re.compile(r"\b[A-Z][\w’'-]*[\w](?: (?:of |the |and )?[A-Z][\w’'-]*[\w])*")
_SHORTEST, _LONGEST = 25, 260  # letters of a sentence that is asked about
_WHOLE = 160  # letters of a sentence that is an answer by itself
_PHRASE = 60
_ASKED = re.compile(
    r"^(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|must|should|will|in|on|at|for|to|"
    r"from|under|by|with|after|before)\b",
    re.IGNORECASE,
)
# a model that was not taught to ask says this when it does not know what to ask
_EMPTY = re.compile(r"\banswer to (?:this|that|the) question\b", re.IGNORECASE)
_PERSON = re.compile(r"(?:i|you|we|they|he|she|it)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """``answer`` stands in ``sentence``, which stands in ``section``; both know where in the document."""

    section: Section
    sentence: Line
    answer: Line
    rule: str
    voice: Voice


def stretches(document: Document, rng: Random) -> Iterator[Stretch]:
    """All that may be asked for, in the order of the document; the kinds of a sentence in turn."""
    read = outline(document)
    voice = Voice(rng=rng, common=read.common, names=read.names)
    for section in read.sections:
        for paragraph in section.paragraphs:
            for sentence in paragraph.sentences:
                if _SHORTEST <= len(sentence.text) <= _LONGEST and sentence.text[-1] in ".!)":
                    for rule, start, end in _places(sentence.text, voice):
                        answer = sentence.cut(start, end)
                        if clean_answer(answer.text):
                            yield Stretch(section=section, sentence=sentence, answer=answer, rule=rule, voice=voice)


def _places(text: str, voice: Voice) -> Iterator[tuple[str, int, int]]:
    taken: list[tuple[int, int]] = []
    found = [("quantity", *with_condition(text, *with_unit(text, *match.span()))) for match in _NUMBER.finditer(text)]
    found += [("name", *match.span()) for match in _NAME.finditer(text) if match.start() and _named(match[0], voice)]
    found += [
        ("phrase", phrase.start, phrase.end) for phrase in noun_phrases(text) if _tells(phrase.text, phrase.start)
    ]
    for rule, start, end in found:
        if all(end <= first or last <= start for first, last in taken):
            taken.append((start, end))
            yield rule, start, end
    if len(text) <= _WHOLE:
        yield "sentence", 0, len(text)


def _named(name: str, voice: Voice) -> bool:
    return len(name) > 2 and name.split()[0].lower() not in voice.common


def _tells(phrase: str, start: int) -> bool:
    return bool(start) and not _PERSON.match(phrase) and len(content_stems(phrase)) > 1 and len(phrase) <= _PHRASE


def told(stretch: Stretch, question: str) -> Candidate | None:
    """What was asked as a question of its own, told of what it speaks where it does not say; None where it is unfit."""
    asked = " ".join(question.split())
    if (
        not asked.endswith("?")
        or not _ASKED.match(asked)
        or _EMPTY.search(asked)
        or _gives_away(asked, stretch.answer.text)
    ):
        return None
    entity = next((phrase.text for phrase in noun_phrases(asked)), "")
    kind = "fact" if stretch.rule != "sentence" else "statement"
    made = Candidate(question=asked, answer=stretch.answer, kind=kind, rule=f"ask:{stretch.rule}", entity=entity)
    if not clean_question(asked):
        return None
    named = placed(made, stretch.section, stretch.voice)
    return named if named and reads_well(named) else None


def _gives_away(question: str, answer: str) -> bool:
    """Whether the question holds the words that answer it."""
    wanted = content_stems(answer)
    return bool(wanted) and wanted <= content_stems(question)
