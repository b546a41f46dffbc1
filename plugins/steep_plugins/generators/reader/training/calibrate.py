"""Fit the clues' weights, the confidence and the threshold on rows that the adapter has not seen."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep_plugins.generators.reader.confidence import (
    RIGHT,
    THRESHOLD,
    Calibration,
    calibration_error,
    features,
    fit,
)
from steep_plugins.generators.reader.preference import fit_weights
from steep_plugins.generators.reader.reading import Task, Text, clues_of, weighed
from steep_plugins.generators.reader.scoring import token_f1
from steep_plugins.generators.reader.spans import Candidate, distinct
from steep_plugins.generators.reader.training.negatives import unanswerable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.generators.reader.examples import ReadingExample
    from steep_plugins.generators.reader.reading import SpanReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A question, the spans found for it before clues were weighed, and its gold answer ("" where it has none)."""

    group: str
    task: Task
    found: tuple[Candidate, ...]
    gold: str


def calibrate(reader: SpanReader, examples: Sequence[ReadingExample], *, seed: int = 0) -> Calibration:
    """Calibrate on the examples and as many unanswerable ones; half of them stand among three other paragraphs.

    The error is measured across groups: each half of the groups is judged by what was fitted to the other half. What is
    kept is fitted to all rows.
    """
    rows = judged(reader, examples, seed)
    groups = sorted({row.group for row in rows})
    even = [row for row in rows if groups.index(row.group) % 2 == 0]
    odd = [row for row in rows if groups.index(row.group) % 2 == 1]
    outcomes = [
        outcome
        for train, held in ((even, odd), (odd, even))
        if train and held
        for outcome in _outcomes(held, _fitted(train))
    ]
    whole = _fitted(rows)
    error = calibration_error(*zip(*outcomes, strict=True)) if outcomes else None
    return replace(whole, error=None if error is None else round(error, 4), rows=len(rows))


def judged(reader: SpanReader, examples: Sequence[ReadingExample], seed: int) -> list[Judged]:
    contexts = sorted({(example.group, example.context) for example in examples})
    tasks, golds = [], []
    everything = [*examples, *unanswerable(examples, share_hard=1.0, seed=seed)]
    for example in everything:
        gold = example.context[slice(*example.span)] if example.span else ""
        draw = random.Random(f"{seed}/{example.question}/{bool(gold)}")
        texts = [example.context]
        if gold and draw.random() < 0.5:
            others = [text for group, text in contexts if group == example.group and gold.lower() not in text.lower()]
            texts += draw.sample(others, min(3, len(others)))
        tasks.append(Task(question=example.question, texts=tuple(Text(text=text) for text in texts)))
        golds.append(gold)
    return [
        Judged(group=example.group, task=task, found=tuple(found), gold=gold)
        for example, task, gold, found in zip(everything, tasks, golds, reader.nbest(tasks), strict=True)
        if found
    ]


def _fitted(rows: Sequence[Judged]) -> Calibration:
    preference = fit_weights(
        [
            (
                [candidate.margin for candidate in row.found],
                clues_of(row.task, row.found),
                [token_f1(_text(row, candidate), [row.gold]) for candidate in row.found],
            )
            for row in rows
            if row.gold and any(token_f1(_text(row, candidate), [row.gold]) >= RIGHT for candidate in row.found)
        ]
    )
    first = Calibration(weights=(0.0, 0.0, 0.0), bias=0.0, threshold=THRESHOLD, preference=preference)
    best = [_best(row, preference) for row in rows]
    right = [_right(row, found) for row, found in zip(rows, best, strict=True)]
    weights, bias = fit([features(found) for found in best], right)
    return replace(first, weights=tuple(round(weight, 5) for weight in weights), bias=round(bias, 5))


def _outcomes(rows: Sequence[Judged], calibration: Calibration) -> list[tuple[float, bool]]:
    best = [_best(row, calibration.preference) for row in rows]
    return [(calibration.probability(found), _right(row, found)) for row, found in zip(rows, best, strict=True)]


def _best(row: Judged, preference: Sequence[float]) -> list[Candidate]:
    return distinct(weighed(row.task, row.found, preference), 5)


def _right(row: Judged, found: Sequence[Candidate]) -> bool:
    return bool(row.gold) and token_f1(_text(row, found[0]), [row.gold]) >= RIGHT


def _text(row: Judged, candidate: Candidate) -> str:
    return row.task.texts[candidate.passage].text[candidate.start : candidate.end]
