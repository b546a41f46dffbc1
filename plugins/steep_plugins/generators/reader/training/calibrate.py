"""Fit the clues' weights and the confidence of a starter on questions of articles that it has not seen."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from steep_plugins.generators.reader.reading import Task, Text
from steep_plugins.generators.reader.settling import judged, settled
from steep_plugins.generators.reader.training.negatives import unanswerable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.generators.reader.confidence import Calibration
    from steep_plugins.generators.reader.examples import ReadingExample
    from steep_plugins.generators.reader.reading import SpanReader
    from steep_plugins.generators.reader.settling import Judged

RETRIEVED = 5
ABSENT = 1 / 3
"""Of the questions that nothing retrieved answers so many are read: of those asked of one's own documents most have an
answer there."""


def calibrate(
    reader: SpanReader, examples: Sequence[ReadingExample], paragraphs: Sequence[str], *, seed: int = 0
) -> Calibration:
    """Calibrate on the examples, and on unanswerable ones.

    Half of them are read over one paragraph, as many without an answer as with one; half over the ``RETRIEVED`` of
    ``paragraphs`` nearest to the question, as a reader is used.
    """
    return settled(read(reader, examples, paragraphs, seed))[0]


def read(reader: SpanReader, examples: Sequence[ReadingExample], paragraphs: Sequence[str], seed: int) -> list[Judged]:
    """Each question as it is calibrated on; the golds are phrases, so no answer is grown to its sentence."""
    answers = {example.question: example.context[slice(*(example.span or (0, 0)))] for example in examples}
    shown: list[tuple[ReadingExample, Task]] = []
    everything = [*examples, *unanswerable(examples, share_hard=1.0, seed=seed)]
    for example, near in zip(everything, _nearest(reader, everything, paragraphs), strict=True):
        draw = random.Random(f"{seed}/{example.question}")
        texts = [example.context]
        if draw.random() < 0.5:
            if not example.span and draw.random() >= ABSENT:
                continue
            lacking = [text for text in near if answers[example.question].lower() not in text.lower()]
            texts = (near if example.span else lacking)[:RETRIEVED]
        task = Task(
            question=example.question, texts=tuple(Text(text=text, rank=rank) for rank, text in enumerate(texts))
        )
        shown.append((example, task))
    return [
        judged(task, choice, answers[task.question] if example.span else "", group=example.group, sentences=False)
        for (example, task), choice in zip(shown, reader.choices([task for _, task in shown]), strict=True)
        if choice.spans
    ]


def _nearest(reader: SpanReader, examples: Sequence[ReadingExample], paragraphs: Sequence[str]) -> list[list[str]]:
    """Of each question the paragraphs nearest in meaning, four times as many as are read, nearest first."""
    texts = reader.meaning.vectors(paragraphs)
    asked = reader.meaning.vectors([example.question for example in examples])
    order = (-(asked @ texts.T)).argsort(axis=1, kind="stable")[:, : 4 * RETRIEVED]
    return [[paragraphs[at] for at in row] for row in order]
