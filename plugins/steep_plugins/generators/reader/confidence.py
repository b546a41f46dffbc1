"""How sure the reader may be: Platt scaling of its scores, and the threshold below which it abstains."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import AdapterError
from steep_plugins.generators.reader.preference import CLUES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from steep_plugins.generators.reader.spans import Candidate

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
