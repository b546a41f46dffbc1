"""Calibrate a starter anew: ``python -m reader_starter.calibrate --data … --adapter …``."""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reader_starter.negatives import unanswerable
from steep_plugins.generators.reader.confidence import judged, settled
from steep_plugins.generators.reader.reading import Task, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader_starter.sources import ReadingExample
    from steep_plugins.generators.reader.confidence import Calibration, Judged
    from steep_plugins.generators.reader.reading import SpanReader


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="calibrate", description="Fit the confidence and threshold of a starter.")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds reading/")
    parser.add_argument("--adapter", type=Path, required=True, help="the starter's folder; calibration.json goes there")
    parser.add_argument("--encoder", default="minilm", help="what it stands on: minilm, mpnet")
    parser.add_argument("--limit", type=int, default=0, help="how many questions are read (0: all)")
    options = parser.parse_args(arguments)
    from steep.errors import SteepError

    try:
        calibration = calibrated(options.data, options.adapter, encoder=options.encoder, limit=options.limit)
    except SteepError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    calibration.save(options.adapter)
    print(f"threshold {calibration.threshold}, calibration error {calibration.error} over {calibration.rows} rows")
    return 0


def calibrated(data: Path, adapter: Path, *, encoder: str = "minilm", limit: int = 0) -> Calibration:
    """Calibrate the starter in ``adapter`` on articles that training held back, or on ``limit`` of their questions."""
    from reader_starter.sources import HELD_BACK, squad
    from steep_plugins.encoders import MINILM, MPNET, verified
    from steep_plugins.generators.reader.meaning import SentenceMeaning
    from steep_plugins.generators.reader.model import bare_reader, merged
    from steep_plugins.generators.reader.reading import SpanReader
    from steep_plugins.generators.reader.windows import Encoder

    weights = verified({each.name: each for each in (MINILM, MPNET)}[encoder])
    model = merged(bare_reader(weights), adapter, name="starter")
    reader = SpanReader.of(model, Encoder(weights.tokenizer), SentenceMeaning(cached=50_000))
    asked = squad(data / "reading" / "squad1_train_part" / "train.jsonl.gz")
    paragraphs = sorted({example.context for example in asked})
    held_back = [example for example in asked if example.group in HELD_BACK]
    random.Random(0).shuffle(held_back)
    return calibrate(reader, held_back[: limit or None], paragraphs)


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


if __name__ == "__main__":
    sys.exit(main())
