"""The order of training: which examples make up each batch, fixed by the seed before the first step."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reader_starter.sources import ReadingExample
    from steep_plugins.generators.reader.rows import Features
    from steep_plugins.generators.reader.windows import Encoder


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Passes over some rows, with passages cut to ``length`` pieces in all and question words hidden at ``masking``.

    ``rivals``, where there are any, has one an example: the same question over a passage that does not answer it, or
    None. Both are read side by side then, as passages are when a question is answered.
    """

    name: str
    examples: Sequence[ReadingExample]
    passes: int
    length: int
    masking: float
    rivals: Sequence[ReadingExample | None] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    phase: Phase
    rows: tuple[int, ...]
    salt: str


def batches(phases: Sequence[Phase], encoder: Encoder, *, size: int, seed: int, pool: int = 40) -> list[Batch]:
    """All batches of all phases. Rows of like length meet within a pool of ``pool`` batches, to save padding."""
    made: list[Batch] = []
    for phase in phases:
        lengths = [
            max(_length(each, encoder, phase.length) for each in (example, rival) if each)
            for example, rival in zip(phase.examples, phase.rivals or repeat(None), strict=False)
        ]
        for turn in range(phase.passes):
            salt = f"{seed}/{phase.name}/{turn}"
            draw = random.Random(salt)
            order = list(range(len(phase.examples)))
            draw.shuffle(order)
            turned: list[Batch] = []
            for begin in range(0, len(order), size * pool):
                near = sorted(order[begin : begin + size * pool], key=lambda row: lengths[row])
                turned += [Batch(phase, tuple(near[at : at + size]), salt) for at in range(0, len(near), size)]
            draw.shuffle(turned)
            made += turned
    return made


def _length(example: ReadingExample, encoder: Encoder, limit: int) -> int:
    return min(limit, len(encoder.pieces(example.question).ids) + len(encoder.pieces(example.context).ids) + 3)


def features(batch: Batch, encoder: Encoder) -> Iterator[Features]:
    """The rows of a batch, each cut and masked by a draw of its own, so that no earlier batch matters to it.

    ``start`` and ``end`` have a place a window: 0, its first mark, where it holds no answer.
    """
    for row in batch.rows:
        draw = random.Random(f"{batch.salt}/{row}")
        phase = batch.phase
        windows = [one(phase.examples[row], encoder, draw, length=phase.length, masking=phase.masking)]
        rival = phase.rivals[row] if phase.rivals else None
        if rival is not None:
            windows.append(one(rival, encoder, draw, length=phase.length, masking=phase.masking))
        yield {name: [value for window in windows for value in window[name]] for name in windows[0]}


def one(example: ReadingExample, encoder: Encoder, draw: random.Random, *, length: int, masking: float) -> Features:
    """A window of at most ``length`` pieces, round the answer where there is one, shifted at random."""
    lead = example.lead if draw.random() < 0.5 else ""
    head, asked = encoder.head(example.question, lead)
    mark = encoder.marks.hidden
    hidden = tuple(mark if 0 < at < asked - 1 and draw.random() < masking else piece for at, piece in enumerate(head))
    pieces = encoder.pieces(example.context)
    room = length - len(head) - 1
    span = pieces.covering(*example.span) if example.span else None
    first = _first(len(pieces.ids), room, span, draw)
    ids = [*hidden, *pieces.ids[first : first + room], encoder.marks.between]
    if span is None or span[0] < first or span[1] >= first + room:
        return {"input_ids": ids, "windows": [len(ids)], "body": [len(head)], "start": [0], "end": [0]}
    start, end = (len(head) - first + piece for piece in span)
    return {"input_ids": ids, "windows": [len(ids)], "body": [len(head)], "start": [start], "end": [end]}


def _first(count: int, room: int, span: tuple[int, int] | None, draw: random.Random) -> int:
    if count <= room:
        return 0
    lowest, highest = 0, count - room
    if span is not None:
        lowest, highest = max(0, span[1] + 1 - room), min(highest, span[0])
    return draw.randint(lowest, max(lowest, highest))
