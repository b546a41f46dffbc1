"""What is learned beside the network: which clues to go by, and how sure to be.

The same for the starter, from questions of articles that it was not trained on, and for a domain, from its pairs.
"""

from __future__ import annotations

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
from steep_plugins.generators.reader.preference import CLUES, WHERE, fit_weights
from steep_plugins.generators.reader.scoring import token_f1
from steep_plugins.generators.reader.spans import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.generators.reader.reading import Choice, Task

FIRST, BOUND = 10.0, 1e5
"""Ridges of the starter's weights: of all clues but the margin, and of the margin, whose weight stays 1."""
LOOSE, TIGHT = 2.0, 30.0
"""Ridges of a domain's weights: of the clues that say where an answer stands, and of those that say what it looks like.

Where answers stand, pairs made by rule teach; how long they are and how they begin is a habit of the rules.
"""
HELD = 5.0
"""The ridge that draws a domain's scaling towards the starter's: few pairs change it little."""
CAUTION = 0.35
"""By how much, in log-odds, a domain's scaling is lowered: of people's questions less is read rightly than of pairs.

On four sets of documentation the scaling fitted to pairs was too sure by 0.2 to 0.7. With this much taken off, wrong
answers grow no faster than right ones there, and nearly all that was gained in token F1 stays.
"""
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A question's spans and the token F1 of each; ``group`` names what belongs on one side of a division."""

    group: str
    choice: Choice
    scores: tuple[float, ...]


def judged(task: Task, choice: Choice, gold: str, *, group: str) -> Judged:
    """``gold`` is the answer, "" where the task has none."""
    said = [task.texts[span.passage].text[span.start : span.end] for span in choice.spans]
    return Judged(group=group, choice=choice, scores=tuple(token_f1(text, [gold]) if gold else 0.0 for text in said))


def settled(rows: Sequence[Judged], given: Calibration | None = None) -> tuple[Calibration, list[float]]:
    """Weights of the clues and scaling, fitted to the rows, and the token F1 of what is read first in each.

    They are drawn towards those ``given``, where there are any, and the scaling is then lowered by ``CAUTION``. The
    scaling, its ``error`` and the token F1 rest on what is read in each fold of the groups by weights that the other
    folds taught. Every row has a span, and there are at least two.
    """
    folds = _folds([row.group for row in rows])
    taught = {
        fold: _weights([row for row, other in zip(rows, folds, strict=True) if other != fold], given)
        for fold in sorted(set(folds))
    }
    read = [_read(row, taught[fold]) for row, fold in zip(rows, folds, strict=True)]
    found, scores = [each for each, _ in read], [score for _, score in read]
    right = [score >= RIGHT for score in scores]
    if given is None:
        weights, bias = fit(found, right)
    else:
        weights, bias = fit(found, right, ridge=HELD, towards=(*given.weights, given.bias))
        bias -= CAUTION
    calibration = Calibration(
        weights=tuple(round(weight, 5) for weight in weights),
        bias=round(bias, 5),
        threshold=given.threshold if given else THRESHOLD,
        preference=_weights(rows, given),
        rows=len(rows),
    )
    error = calibration_error([calibration.of_features(each) for each in found], right)
    return replace(calibration, error=None if error is None else round(error, 4)), scores


def _folds(groups: Sequence[str]) -> list[int]:
    """The fold of each row: groups are not divided, unless there is one alone."""
    numbers = {group: number for number, group in enumerate(sorted(set(groups)))}
    return [(numbers[group] if len(numbers) > 1 else at) % FOLDS for at, group in enumerate(groups)]


def _weights(rows: Sequence[Judged], given: Calibration | None) -> tuple[float, ...]:
    useful = [(row.choice.clues, row.scores) for row in rows if max(row.scores) >= RIGHT]
    if given is None:
        return fit_weights(useful, ridge=[BOUND if clue == "margin" else FIRST for clue in CLUES])
    ridge = [LOOSE if clue in WHERE else TIGHT for clue in CLUES]
    return fit_weights(useful, ridge=ridge, towards=given.preference)


def _read(row: Judged, weights: Sequence[float]) -> tuple[tuple[float, ...], float]:
    """Of the span that is read first what says how sure to be, and its token F1."""
    found = distinct(row.choice.weighed(weights), 2)
    return features(found), row.scores[row.choice.place(found[0])]
