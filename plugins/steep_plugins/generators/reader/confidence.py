"""How sure the reader may be, and what is learned beside the network: which clues to go by, and how sure to be.

Platt scaling of its scores, and the threshold below which it abstains. The same for the starter, from questions of
articles that it was not trained on, and for a domain, from its pairs.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from steep.errors import AdapterError
from steep.measuring.scoring import token_f1
from steep_plugins.generators.reader.clues import ASKED_ABOVE, CLUES, MARGIN, MEANING, ORDER, STATED, fit_weights
from steep_plugins.generators.reader.composing import Composition
from steep_plugins.generators.reader.windows import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from steep_plugins.generators.reader.reading import Choice, Task
    from steep_plugins.generators.reader.windows import Candidate

FILE = "calibration.json"
BINS = 10
RIGHT = 0.5
"""Token F1 from which an answer counts as right."""
WRONG = 2 / 3
"""What a wrong answer costs where a right one gains 1 and abstaining nothing: a quote that misses is soon seen."""
THRESHOLD = round(WRONG / (1 + WRONG), 4)
"""The probability from which answering pays (Chow 1970)."""
_FAR = 8.0
_WIDE = 20.0  # log-odds beyond which a probability is 0 or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """``weights`` of the features (see ``features``), their ``bias``, and the ``threshold`` on the probability.

    ``preference`` holds the weights of the clues by which spans are chosen (see ``preference.py``); none for none.

    An answer counts as right when its token F1 against a gold is 0.5 or more. ``error`` is the expected calibration
    error over 10 equal bins, over ``rows`` rows, each read by clue weights that others taught (see ``settling.py``).
    """

    weights: tuple[float, ...]
    bias: float
    threshold: float
    preference: tuple[float, ...] = ()
    error: float | None = None
    rows: int = 0

    def probability(self, found: Sequence[Candidate]) -> float:
        """The estimated probability that the first of the spans, best first, is a right answer; 0 for none."""
        return self.of_features(features(found)) if found else 0.0

    def of_features(self, row: Sequence[float]) -> float:
        return sigmoid(self.bias + sum(w * x for w, x in zip(self.weights, row, strict=True)))

    def save(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=2, sort_keys=True)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Calibration | None:
        """The calibration beside an adapter, or None where it has none. Raises AdapterError for a malformed one."""
        path = folder / FILE
        if not path.is_file():
            return None
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
            for name in ("weights", "preference"):
                row[name] = tuple(float(weight) for weight in row.get(name, ()))
            if row["preference"] and len(row["preference"]) != len(CLUES):
                raise ValueError(f"{len(row['preference'])} weights for {len(CLUES)} clues")
            return cls(**row)
        except (ValueError, TypeError, KeyError) as error:
            raise AdapterError(
                f"{path} is not a calibration of the reader ({error}); train the adapter anew"
            ) from error


def features(found: Sequence[Candidate]) -> tuple[float, float, float]:
    """Of the best span: margin over "no answer", log share of its window, and lead over the next-best span."""
    best = found[0]
    lead = best.margin - found[1].margin if len(found) > 1 else _FAR
    return (max(-_FAR, min(_FAR, best.margin)), max(-_FAR, best.share), min(_FAR, lead))


def fit(
    rows: Sequence[tuple[float, ...]],
    right: Sequence[bool],
    *,
    ridge: float = 1.0,
    towards: Sequence[float] = (),
    rounds: int = 50,
) -> tuple[tuple[float, ...], float]:
    """Logistic regression by Newton's method: weights and bias (Platt 1999, with a ridge instead of soft targets).

    The ridge draws weights and bias ``towards`` those given; where none are, the weights towards 0, and not the bias.
    """
    import numpy as np

    x = np.column_stack([np.asarray(rows, dtype=float), np.ones(len(rows))])
    y = np.asarray(right, dtype=float)
    penalty = ridge * np.diag([*[1.0] * (x.shape[1] - 1), float(bool(towards))])
    aim = np.array(towards or [0.0] * x.shape[1])

    def loss(solution: Any) -> float:
        z, apart = x @ solution, solution - aim
        return float(np.logaddexp(0, z).sum() - y @ z + apart @ penalty @ apart / 2)

    solution = aim.copy()
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(x @ solution, -30, 30)))
        gradient = x.T @ (p - y) + penalty @ (solution - aim)
        curvature = x.T @ (x * (p * (1 - p))[:, None]) + penalty + 1e-9 * np.eye(x.shape[1])
        step = np.linalg.solve(curvature, gradient)
        while loss(solution - step) > loss(solution) and float(np.abs(step).max()) > 1e-8:
            step /= 2  # far from its end a whole step can lead away from it
        solution -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    return tuple(float(value) for value in solution[:-1]), float(solution[-1])


def bias_for(level: float, rows: Sequence[tuple[float, ...]], weights: Sequence[float]) -> float:
    """The bias with which the mean probability of the rows is ``level``, between 0 and 1, by bisection."""
    sums = [sum(w * x for w, x in zip(weights, row, strict=True)) for row in rows]
    low, high = -max(sums) - _WIDE, -min(sums) + _WIDE
    for _ in range(60):
        middle = (low + high) / 2
        below = sum(sigmoid(middle + each) for each in sums) < level * len(sums)
        low, high = (middle, high) if below else (low, middle)
    return (low + high) / 2


def calibration_error(probabilities: Sequence[float], right: Sequence[bool]) -> float | None:
    """Expected calibration error over 10 equal bins (Naeini et al. 2015); None for no rows."""
    if not probabilities:
        return None
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for probability, hit in zip(probabilities, right, strict=True):
        bins[min(BINS - 1, int(probability * BINS))].append((probability, hit))
    gaps = (abs(sum(p for p, _ in rows) - sum(hit for _, hit in rows)) for rows in bins if rows)
    return sum(gaps) / len(probabilities)


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


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
PEOPLE = 20
"""So many questions of people's alone say how sure to be on the whole: they are what will be asked."""
_DOUBT = 5.0  # rows thought to be right, and as many wrong, beside those there are: few rows change little
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A question's spans, and the token F1 of what would be answered by each.

    ``group`` names what belongs on one side of a division; ``person`` says that somebody asked it, and no rule.
    """

    group: str
    choice: Choice
    scores: tuple[float, ...]
    person: bool = False


def judged(
    task: Task, choice: Choice, gold: str, *, group: str, person: bool = False, sentences: bool = True
) -> Judged:
    """Each span is judged by the whole answer that would be given for it.

    ``gold`` is the answer, "" where the task has none; ``sentences`` as in ``compose``.
    """
    composition = Composition(task.question, task.texts, sentences=sentences)
    said = (composition.by(span)[1].text for span in choice.spans)
    scores = tuple(token_f1(text, gold) if gold else 0.0 for text in said)
    return Judged(group=group, choice=choice, scores=scores, person=person)


def settled(rows: Sequence[Judged], start: Calibration | None = None) -> tuple[Calibration, list[float]]:
    """Weights of the clues and scaling, fitted to the rows, and the token F1 of what is read first in each.

    With a ``start`` they are drawn towards its own, and how sure the reader is on the whole is taken from both (see
    ``_level``), or from the questions that people asked, where there are ``PEOPLE`` of them. The scaling, its ``error``
    and the token F1 rest on what is read in each fold of the groups by weights that the other folds taught. Every row
    has a span, and there are at least two.
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
        people = [number for number, row in enumerate(rows) if row.person]
        if len(people) < PEOPLE:
            bias = bias_for(_level(start, found, right), found, weights)
        else:
            share = (sum(right[number] for number in people) + 0.5) / (len(people) + 1)
            bias = bias_for(share, [found[number] for number in people], weights)
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
