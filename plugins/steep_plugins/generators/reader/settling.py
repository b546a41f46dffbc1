"""What is learned beside the network: which clues to go by, and how sure to be.

The same for the starter, from questions of articles that it was not trained on, and for a domain, from its pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.measuring.scoring import token_f1
from steep_plugins.generators.reader.composing import compose
from steep_plugins.generators.reader.confidence import (
    RIGHT,
    THRESHOLD,
    Calibration,
    bias_for,
    calibration_error,
    features,
    fit,
    sigmoid,
)
from steep_plugins.generators.reader.preference import ASKED_ABOVE, CLUES, MARGIN, MEANING, ORDER, STATED, fit_weights
from steep_plugins.generators.reader.spans import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.generators.reader.reading import Choice, Task

FREE, FIRST, BOUND = 0.1, 10.0, 1e5
"""Ridges of the starter's weights: of the passages' order, which the network knows nothing of, of the other clues, and
of those whose weights are set."""
SET = {MARGIN: 1.0, MEANING: 2.0, STATED: 2.0, ASKED_ABOVE: 4.0}
"""Weights of the starter that are not fitted.

The likelihood of an encyclopedia's questions, which the network was trained to read, gives the meaning 0.4, though
hardly fewer of them are read rightly with 2, and of people's questions about manuals more. It knows nothing of the two
others, since it hardly asks whether something is so or what to do, and has no headings.
"""
TAUGHT = 3.0
"""The ridge of a domain's weights, which draws them towards the starter's.

Two stay as they are: pairs made by rule use the words of their sentence, so that they would teach the meaning too
little, and examples made of pairs have no order of passages.
"""
HELD = 5.0
"""The ridge that draws a domain's scaling towards the starter's: few pairs change it little."""
_DOUBT = 5.0  # rows thought to be right, and as many wrong, beside those there are: few rows change little
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A question's spans, and the token F1 of what would be answered by each.

    ``group`` names what belongs on one side of a division.
    """

    group: str
    choice: Choice
    scores: tuple[float, ...]


def judged(task: Task, choice: Choice, gold: str, *, group: str, sentences: bool = True) -> Judged:
    """Each span is judged by the whole answer that would be given for it.

    ``gold`` is the answer, "" where the task has none; ``sentences`` as in ``compose``.
    """
    said = (compose(task.question, task.texts, [span], sentences=sentences)[1].text for span in choice.spans)
    return Judged(group=group, choice=choice, scores=tuple(token_f1(text, gold) if gold else 0.0 for text in said))


def settled(rows: Sequence[Judged], start: Calibration | None = None) -> tuple[Calibration, list[float]]:
    """Weights of the clues and scaling, fitted to the rows, and the token F1 of what is read first in each.

    With a ``start`` they are drawn towards its own, and how sure the reader is on the whole is taken from both (see
    ``_level``). The scaling, its ``error`` and the token F1 rest on what is read in each fold of the groups by weights
    that the other folds taught. Every row has a span, and there are at least two.
    """
    folds = _folds([row.group for row in rows])
    taught = {
        fold: _weights([row for row, other in zip(rows, folds, strict=True) if other != fold], start)
        for fold in sorted(set(folds))
    }
    read = [_read(row, taught[fold]) for row, fold in zip(rows, folds, strict=True)]
    found, scores = [each for each, _ in read], [score for _, score in read]
    right = [score >= RIGHT for score in scores]
    if start is None:
        weights, bias = fit(found, right)
    else:
        weights, bias = fit(found, right, ridge=HELD, towards=(*start.weights, start.bias))
        bias = bias_for(_level(start, found, right), found, weights)
    calibration = Calibration(
        weights=tuple(round(weight, 5) for weight in weights),
        bias=round(bias, 5),
        threshold=start.threshold if start else THRESHOLD,
        preference=_weights(rows, start),
        rows=len(rows),
    )
    error = calibration_error([calibration.of_features(each) for each in found], right)
    return replace(calibration, error=None if error is None else round(error, 4)), scores


def _level(start: Calibration, found: Sequence[tuple[float, ...]], right: Sequence[bool]) -> float:
    """How sure to be of the rows on average: in log-odds halfway between what the starter would be, and what is right.

    The starter knows encyclopedias and is too modest on manuals; pairs are read rightly more often than people's
    questions. TUNING.md has how far each is off on four sets of documents.
    """
    sure = sum(start.of_features(each) for each in found)
    return sigmoid((_log_odds(sure, len(found)) + _log_odds(sum(right), len(right))) / 2)


def _log_odds(part: float, count: int) -> float:
    return math.log((part + _DOUBT) / (count - part + _DOUBT))


def _folds(groups: Sequence[str]) -> list[int]:
    """The fold of each row: groups are not divided, unless there is one alone."""
    numbers = {group: number for number, group in enumerate(sorted(set(groups)))}
    return [(numbers[group] if len(numbers) > 1 else at) % FOLDS for at, group in enumerate(groups)]


def _weights(rows: Sequence[Judged], given: Calibration | None) -> tuple[float, ...]:
    useful = [(row.choice.clues, row.scores) for row in rows if max(row.scores) >= RIGHT]
    if given is None:
        towards = [SET.get(clue, 0.0) for clue in CLUES]
        ridge = [BOUND if clue in SET else FREE if clue == ORDER else FIRST for clue in CLUES]
        return fit_weights(useful, ridge=ridge, towards=towards)
    ridge = [BOUND if clue in (MEANING, ORDER) else TAUGHT for clue in CLUES]
    return fit_weights(useful, ridge=ridge, towards=given.preference)


def _read(row: Judged, weights: Sequence[float]) -> tuple[tuple[float, ...], float]:
    """Of the span that is read first what says how sure to be, and its token F1."""
    found = distinct(row.choice.weighed(weights), 2)
    return features(found), row.scores[row.choice.place(found[0])]
