"""The strategy `replay`: rows that a model learned before, shown again among those of a domain.

After Rolnick et al., "Experience Replay for Continual Learning" (arXiv 1811.11682).
A line of the file is a conversation (see ``told``), or one of

    {"text": "…"}
    {"question": "…", "context": "…", "answers": ["…"], "answer_starts": [120], "title": "…"}
    {"question": "…", "context": "…", "answers": [], "is_impossible": true}

Without ``answer_starts`` the answer stands where its words first do. Other columns are ignored. What learns spans takes
reading rows alone; what learns replies takes all of them, reading rows as pairs are laid out; what learns running text
the text of any.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, model_validator

from steep.errors import DatasetError
from steep.values import ChatRow, Pair, Passage, Span, SpanRow, TextRow, content_id
from steep_plugins.strategies.lines import read_lines
from steep_plugins.strategies.told import Talk, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from steep.kinds import Objective, TuneSource
    from steep.values import Row

_NAME = "replay"
_HELD_OUT = 0.1


class Reading(BaseModel, extra="ignore", frozen=True):
    question: str = Field(min_length=1)
    context: str = Field(min_length=1)
    answers: tuple[str, ...] = ()
    answer_starts: tuple[int, ...] = ()
    is_impossible: bool = False
    title: str = ""

    @model_validator(mode="after")
    def _answer_stands_in_its_context(self) -> Reading:
        if not self.is_impossible:
            if not self.answers:
                raise ValueError('there are no `answers`; give one, or `"is_impossible": true`')
            if self.start < 0 or not self.context.startswith(self.answers[0], self.start):
                raise ValueError(f"the answer {self.answers[0]!r} does not stand in its context")
        return self

    @property
    def start(self) -> int:
        return self.answer_starts[0] if self.answer_starts else self.context.find(self.answers[0])

    @property
    def plain(self) -> str:
        return self.context


Line = Talk | Text | Reading


class Replay:
    """As many rows as a mixture wants, drawn by the seed; as a phase of its own, all but a share that is held out."""

    objectives: tuple[Objective, ...] = ("reply", "span", "next-token")

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def files(self) -> tuple[Path, ...]:
        return (self._file,)

    def rows(self, source: TuneSource) -> Iterator[Row]:
        lines = list(read_lines(self._file, _line, asked_by=_NAME))
        contexts = {line.context: _passage(line) for line in lines if isinstance(line, Reading)}
        known = [(passage, text.casefold()) for text, passage in contexts.items()]
        for line in _wanted(lines, source):
            if source.objective == "next-token":
                yield TextRow(text=line.plain, source=_NAME)
            elif isinstance(line, Reading):
                yield _read(line, contexts[line.context], known, source)
            elif source.objective == "span":
                raise DatasetError(
                    f"{self._file} holds chat or text, and what learns where answers stand takes rows with `question` "
                    "and `context` alone."
                )
            else:
                yield line.row_of(_NAME) if isinstance(line, Text) else line.row


def _wanted(lines: Sequence[Line], source: TuneSource) -> Sequence[Line]:
    if source.count is not None:
        return random.Random(source.seed).sample(lines, min(source.count, len(lines)))
    ranked = sorted(lines, key=lambda line: content_id("held out", line.model_dump_json()))
    cut = max(1, round(len(lines) * _HELD_OUT))
    return lines if len(lines) == 1 else ranked[:cut] if source.part == "dev" else ranked[cut:]


def _line(value: dict[str, Any]) -> Line:
    if {"question", "context"} & value.keys():
        return Reading.model_validate(value)
    return (Text if "text" in value else Talk).model_validate(value)


def _passage(row: Reading) -> Passage:
    version = content_id(_NAME, row.title, row.context)
    return Passage(
        document=content_id("document", _NAME, row.title or version),
        version=version,
        path=_NAME,
        title=row.title,
        start=0,
        end=len(row.context),
        text=row.context,
    )


def _read(row: Reading, own: Passage, known: Sequence[tuple[Passage, str]], source: TuneSource) -> Row:
    answer = "" if row.is_impossible else row.answers[0]
    span = (
        Span(document=own.document, version=own.version, start=row.start, end=row.start + len(answer), text=answer)
        if answer
        else None
    )
    spans = (span,) if span else ()
    draw = random.Random(content_id(_NAME, str(source.seed), row.question, own.id))
    passages = (own, *_others(own, answer, known, source.distractors, draw))
    if source.objective == "span":
        return SpanRow(question=row.question, answer=answer, passages=passages, spans=spans)
    pair = Pair(
        question=row.question,
        answer=answer,
        passages=(own.id,),
        spans=spans,
        synthesizer=_NAME,
        kind=_NAME,
        rule=_NAME,
        seed=source.seed,
    )
    shown = list(passages)
    draw.shuffle(shown)
    return ChatRow(messages=source.format(pair, shown).messages)


def _others(
    own: Passage, answer: str, known: Sequence[tuple[Passage, str]], most: int, draw: random.Random
) -> list[Passage]:
    """Contexts that lack the answer's words, those of the same title first; none for a row without an answer.

    ``known`` holds each context with its text in folded case.
    """
    if not answer:
        return []
    said = answer.casefold()
    lacking = [each for each, text in known if each is not own and said not in text]
    near = [each for each in lacking if own.title and each.title == own.title]
    found = near if len(near) >= most else lacking
    return draw.sample(found, min(most, len(found)))
