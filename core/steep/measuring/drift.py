"""Whether what is asked, what is found and what is left unanswered has changed since an earlier window of answers.

One statistic for all three: the energy distance (Székely and Rizzo 2013, "Energy statistics"), between the vectors of
the questions, the scores of their best hits, and whether they were answered; it is 0 where two windows come from the
same source, and here a share of its largest possible value. How likely chance alone would give as much is told by
exchanging answers between the windows at random, with Holm's correction for the three.

It is a test for one look: whoever looks often should ask for a smaller ``alpha``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from steep.measuring.statistics import holm
from steep.measuring.windows import LEAST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from steep.values import Answer

    Floats = npt.NDArray[np.float64]

__all__ = ["DriftReport", "Shift", "drift", "energy"]

What = Literal["questions", "retrieval", "abstention"]

_MOST = 400  # of a window's questions are embedded, spread over it
_ROUNDS = 999
_BATCH = 111  # exchanges at a time, so that memory stays small


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What changed: ``size`` from 0 to 1, and how likely chance would give as much (``p``, corrected).

    ``before`` and ``now`` are figures to read: the median best score, the share left unanswered; None for questions.
    """

    what: What
    before: float | None
    now: float | None
    size: float
    p: float
    drifted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """``baseline`` and ``recent`` count answers; ``note`` says why nothing was compared."""

    baseline: int
    recent: int
    shifts: tuple[Shift, ...] = ()
    note: str = ""

    @property
    def drifted(self) -> bool:
        return any(shift.drifted for shift in self.shifts)


def drift(
    answers: Sequence[Answer],
    embed: Callable[[Sequence[str]], npt.NDArray[np.float32]],
    *,
    recent: int,
    alpha: float,
    limit: float,
    seed: int = 0,
) -> DriftReport:
    """Compare the last ``recent`` of the answers, oldest first, with those before.

    Something has drifted where chance would give as much in fewer than ``alpha`` of all cases, and its size is
    ``limit`` or more: of many answers even a change that means nothing is not chance.
    """
    before, now = answers[:-recent], answers[-recent:]
    if min(len(before), len(now)) < LEAST:
        note = f"{len(before)} answers before and {len(now)} now; {LEAST} of each are wanted to compare."
        return DriftReport(baseline=len(before), recent=len(now), note=note)
    windows = _spread(before), _spread(now)
    vectors = embed([each.question for window in windows for each in window]).astype(np.float64)
    found: list[tuple[What, tuple[float, float], float | None, float | None]] = [
        ("questions", energy(_between(vectors), len(windows[0]), seed=seed), None, None)
    ]
    first, second = ([each.hits[0].score for each in window if each.hits] for window in windows)
    if min(len(first), len(second)) >= LEAST:
        found.append(("retrieval", _of_numbers(first, second, seed), float(np.median(first)), float(np.median(second))))
    first, second = ([float(each.abstained) for each in window] for window in windows)
    found.append(("abstention", _of_numbers(first, second, seed), float(np.mean(first)), float(np.mean(second))))
    adjusted = holm([p for _, (_, p), _, _ in found])
    shifts = tuple(
        Shift(what=what, before=earlier, now=later, size=size, p=p, drifted=p < alpha and size >= limit)
        for (what, (size, _), earlier, later), p in zip(found, adjusted, strict=True)
    )
    return DriftReport(baseline=len(before), recent=len(now), shifts=shifts)


def energy(distances: Floats, first: int, *, seed: int, rounds: int = _ROUNDS) -> tuple[float, float]:
    """How far the first so many of the points are from the others, as a share of the most it could be, and its p.

    ``distances`` has one row and one column a point. The p-value is that of a permutation test, 1/(rounds+1) at least.
    """
    count = len(distances)
    side = np.zeros((count, 1))
    side[:first] = 1
    observed, most = _energies(distances, side, first)
    if most[0] <= 0:
        return 0.0, 1.0
    generator = np.random.default_rng(seed)
    extreme = 0
    for begin in range(0, rounds, _BATCH):
        sides = generator.permuted(np.tile(side, (1, min(_BATCH, rounds - begin))), axis=0)
        exchanged, _ = _energies(distances, sides, first)
        extreme += int(np.count_nonzero(exchanged >= observed[0] - 1e-12))
    return max(0.0, float(observed[0] / most[0])), (extreme + 1) / (rounds + 1)


def _energies(distances: Floats, sides: Floats, first: int) -> tuple[Floats, Floats]:
    """The energy distance for each column of sides, and the most it could be."""
    others = len(distances) - first
    towards = distances @ sides
    within = (sides * towards).sum(axis=0)
    across = ((1 - sides) * towards).sum(axis=0)
    beyond = distances.sum() - within - 2 * across
    between = 2 * across / (first * others)
    return between - within / first**2 - beyond / others**2, between


def _of_numbers(first: Sequence[float], second: Sequence[float], seed: int) -> tuple[float, float]:
    values = np.asarray([*first, *second], dtype=np.float64)
    return energy(np.abs(values[:, None] - values[None, :]), len(first), seed=seed)


def _between(vectors: Floats) -> Floats:
    """Euclidean distances."""
    squares = (vectors**2).sum(axis=1)
    distances: Floats = np.sqrt(np.maximum(0, squares[:, None] + squares[None, :] - 2 * vectors @ vectors.T))
    return distances


def _spread(window: Sequence[Answer]) -> Sequence[Answer]:
    if len(window) <= _MOST:
        return window
    return [window[int(place)] for place in np.linspace(0, len(window) - 1, _MOST)]
