"""Fit confidence and threshold on rows that the adapter has not seen."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from steep_plugins.generators.reader.confidence import (
    Calibration,
    best_threshold,
    calibration_error,
    features,
    fit,
)
from steep_plugins.generators.reader.reading import Task, Text
from steep_plugins.generators.reader.scoring import token_f1
from steep_plugins.generators.reader.training.negatives import unanswerable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.generators.reader.examples import ReadingExample
    from steep_plugins.generators.reader.reading import SpanReader

RIGHT = 0.5
"""Token F1 from which an answer counts as right."""

_Row = tuple[str, tuple[float, float, float], bool]


def calibrate(reader: SpanReader, examples: Sequence[ReadingExample], *, seed: int = 0) -> Calibration:
    """Calibrate on the examples and as many unanswerable ones, each over one passage and over four.

    The error is measured across groups: each half of the groups is judged by weights fitted to the other half. The
    weights kept are fitted to all rows.
    """
    rows = _judged(reader, examples, seed)
    groups = sorted({group for group, _, _ in rows})
    halves = [[row for row in rows if (groups.index(row[0]) % 2 == 0) == even] for even in (True, False)]
    probabilities: list[float] = []
    right: list[bool] = []
    for train, held in (halves, reversed(halves)) if all(halves) else ():
        fitted = _fitted(train)
        probabilities += [_probability(fitted, row) for row in held]
        right += [row[2] for row in held]
    whole = _fitted(rows)
    own = [_probability(whole, row) for row in rows]
    return Calibration(
        weights=whole.weights,
        bias=whole.bias,
        threshold=round(best_threshold(own, [row[2] for row in rows]), 4),
        error=_rounded(calibration_error(probabilities, right)),
        rows=len(rows),
    )


def _judged(reader: SpanReader, examples: Sequence[ReadingExample], seed: int) -> list[_Row]:
    wrong = unanswerable(examples, share_hard=1.0, seed=seed)
    contexts = sorted({(example.group, example.context) for example in examples})
    tasks, golds, groups = [], [], []
    for example in [*examples, *wrong]:
        answer = [example.context[slice(*example.span)]] if example.span else []
        draw = random.Random(f"{seed}/{example.question}/{bool(answer)}")
        texts = [example.context]
        if draw.random() < 0.5:
            near = [context for group, context in contexts if group == example.group and context != example.context]
            usable = [context for context in near if not answer or answer[0].lower() not in context.lower()]
            texts += draw.sample(usable, min(3, len(usable))) if answer else []
        tasks.append(Task(question=example.question, texts=tuple(Text(text=text) for text in texts)))
        golds.append(answer)
        groups.append(example.group)
    rows: list[_Row] = []
    for task, gold, group, found in zip(tasks, golds, groups, reader.read_all(tasks), strict=True):
        if found:
            best = found[0]
            text = task.texts[best.passage].text[best.start : best.end]
            rows.append((group, features(found), bool(gold) and token_f1(text, gold) >= RIGHT))
    return rows


def _fitted(rows: Sequence[_Row]) -> Calibration:
    weights, bias = fit([row[1] for row in rows], [row[2] for row in rows])
    return Calibration(weights=weights, bias=bias, threshold=0.5)


def _probability(calibration: Calibration, row: _Row) -> float:
    return calibration.of_features(row[1])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
