"""Replay: rows that a model learned from before, shown again among those of a domain, so that it forgets less of them.

After Rolnick et al., "Experience Replay for Continual Learning" (arXiv 1811.11682). The rows come from a file of
JSON Lines, also gzipped, as reading benchmarks have them:

    {"question": "…", "context": "…", "answers": ["…"], "answer_starts": [120], "title": "…"}
    {"question": "…", "context": "…", "answers": [], "is_impossible": true}

Without ``answer_starts`` the answer stands where its words first do. Other columns are ignored.
"""

from __future__ import annotations

import gzip
import json
import random
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from steep.errors import DatasetError
from steep.kinds import Example, FormatRequest
from steep.values import Pair, Passage, Span, content_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from steep.kinds import Formatter

_NAME = "replay"


class ReplayRow(BaseModel, extra="ignore", frozen=True):
    question: str = Field(min_length=1)
    context: str = Field(min_length=1)
    answers: tuple[str, ...] = ()
    answer_starts: tuple[int, ...] = ()
    is_impossible: bool = False
    title: str = ""


def replayed(file: Path, *, count: int, formatter: Formatter, distractors: int, seed: int) -> tuple[Example, ...]:
    """``count`` examples drawn by the seed, or all there are; each with up to ``distractors`` other contexts beside it.

    Raises DatasetError for a file that cannot be read, and for the first line of it that is no such row.
    """
    rows = list(_rows(file))
    if not rows:
        raise DatasetError(f"`replay` in [tune] names {file}, which holds no rows; write one JSON object a line.")
    contexts = {row.context: _passage(row) for row in rows}
    folded = [(passage, text.casefold()) for text, passage in contexts.items()]
    chosen = random.Random(seed).sample(rows, min(count, len(rows)))
    return tuple(_example(row, contexts[row.context], folded, formatter, distractors, seed) for row in chosen)


def digest(file: Path) -> str:
    """Names the rows of the file, as an adapter's lineage does. Raises DatasetError where it cannot be read."""
    return content_id(_NAME, _text(file))


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
        return (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DatasetError(f"`replay` in [tune] names {file}, which cannot be read ({error}).") from None


def _rows(file: Path) -> Iterator[ReplayRow]:
    lines = _text(file).split("\n")  # JSON may hold other line breaks
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = ReplayRow.model_validate(json.loads(line))
            _start(row)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the row"
            raise DatasetError(f"{file}, line {number}: {where}: {first['msg']}.") from None
        except ValueError as error:
            raise DatasetError(f"{file}, line {number}: {error}.") from None
        yield row


def _start(row: ReplayRow) -> int | None:
    """Where the first answer stands in the context; None for a row without one."""
    if row.is_impossible:
        return None
    if not row.answers:
        raise ValueError('there are no `answers`; give one, or `"is_impossible": true`')
    start = row.answer_starts[0] if row.answer_starts else row.context.find(row.answers[0])
    if start < 0 or not row.context.startswith(row.answers[0], start):
        raise ValueError(f"the answer {row.answers[0]!r} does not stand in its context")
    return start


def _passage(row: ReplayRow) -> Passage:
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


def _example(
    row: ReplayRow,
    own: Passage,
    known: Sequence[tuple[Passage, str]],
    formatter: Formatter,
    distractors: int,
    seed: int,
) -> Example:
    start = _start(row)
    answer = "" if start is None else row.answers[0]
    span = () if start is None else (_span(own, start, answer),)
    pair = Pair(
        question=row.question,
        answer=answer,
        passages=(own.id,),
        spans=span,
        synthesizer=_NAME,
        kind=_NAME,
        rule=_NAME,
        seed=seed,
    )
    draw = random.Random(content_id(_NAME, str(seed), pair.id))
    passages = (own, *_others(own, answer, known, distractors, draw))
    shown = list(passages)
    draw.shuffle(shown)
    return Example(
        pair=pair,
        passages=passages,
        conversation=formatter.format(FormatRequest(pair=pair, passages=tuple(shown))),
    )


def _span(passage: Passage, start: int, text: str) -> Span:
    return Span(document=passage.document, version=passage.version, start=start, end=start + len(text), text=text)


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
