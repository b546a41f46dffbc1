"""What can be said of means and paired differences when questions come in clusters.

Questions about one document succeed and fail together, so the document, not the question, is what is resampled and
what signs are flipped for (Miller 2024, "Adding error bars to evals"). Figures that cannot be computed come back as
None, never as NaN; whoever asks says why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
POWER = 0.8
EXACT_CLUSTERS = 14  # up to 2**14 sign patterns are all looked at
_ROWS = 256  # resamples drawn at a time, so that memory stays small however many there are


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """Values summed by cluster: ``sums`` and ``counts`` have one row a cluster, in order of the clusters' names."""

    sums: Floats
    counts: Floats

    @classmethod
    def of(cls, values: Sequence[float], clusters: Sequence[str]) -> Clustered:
        names = {name: row for row, name in enumerate(sorted(set(clusters)))}
        sums, counts = np.zeros(len(names)), np.zeros(len(names))
        for value, cluster in zip(values, clusters, strict=True):
            sums[names[cluster]] += value
            counts[names[cluster]] += 1
        return cls(sums=sums, counts=counts)

    @property
    def mean(self) -> float:
        return float(self.sums.sum() / self.counts.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    low: float
    high: float


def bootstrap(data: Clustered, *, resamples: int, seed: int) -> Interval | None:
    """The percentile interval, at 95%, of the mean: whole clusters are drawn with replacement.

    A resample's mean is its sum over its count, as clusters differ in size. None for fewer than two clusters.
    """
    clusters = len(data.sums)
    if clusters < 2:
        return None
    generator = np.random.default_rng(seed)
    means = np.empty(resamples)
    for start in range(0, resamples, _ROWS):
        rows = min(_ROWS, resamples - start)
        drawn = generator.integers(clusters, size=(rows, clusters))
        means[start : start + rows] = data.sums[drawn].sum(axis=1) / data.counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(low=float(low), high=float(high))


def sign_flip(differences: Clustered, *, resamples: int, seed: int) -> float:
    """The two-sided p-value of "the arms are exchangeable": signs are flipped for whole clusters.

    Exact over all sign patterns for few clusters; else from ``resamples`` random ones, each p at least 1/(n+1)
    (Phipson and Smyth 2010). Clusters that differ by nothing add nothing, whatever their sign, and are left out.
    """
    sums = differences.sums[differences.sums != 0]
    if not len(sums):
        return 1.0
    least = abs(float(sums.sum())) - 1e-9 * float(np.abs(sums).sum())  # ties count, whatever the order of adding
    if len(sums) <= EXACT_CLUSTERS:
        patterns = np.arange(2 ** len(sums))[:, None] >> np.arange(len(sums)) & 1
        return float(np.mean(np.abs((1 - 2 * patterns) @ sums) >= least))
    generator = np.random.default_rng(seed)
    extreme = 0
    for start in range(0, resamples, _ROWS):
        signs = 1 - 2 * generator.integers(2, size=(min(_ROWS, resamples - start), len(sums)))
        extreme += int(np.count_nonzero(np.abs(signs @ sums) >= least))
    return (extreme + 1) / (resamples + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted for their number (Holm 1979), in the order given."""
    count = len(p_values)
    adjusted = [0.0] * count
    highest = 0.0
    for position, index in enumerate(sorted(range(count), key=lambda each: p_values[each])):
        highest = max(highest, min(1.0, (count - position) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def standard_error(data: Clustered) -> float | None:
    """The clustered standard error of the mean, with the small-sample factor C/(C-1); None for one cluster."""
    clusters = len(data.sums)
    if clusters < 2:
        return None
    residuals = data.sums - data.counts * data.mean
    variance = clusters / (clusters - 1) * float(residuals @ residuals)
    return math.sqrt(variance) / float(data.counts.sum())


def detectable(differences: Clustered) -> float | None:
    """The smallest true difference that would be seen with 80 % power in a two-sided test at 5 %.

    From the paired, clustered standard error by the normal approximation, which flatters below about 20 clusters.
    None where the differences do not vary: then nothing is known of their spread.
    """
    error = standard_error(differences)
    if error is None or error <= 1e-12:
        return None
    normal = NormalDist()
    return (normal.inv_cdf((1 + CONFIDENCE) / 2) + normal.inv_cdf(POWER)) * error


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value below which a share of the values lie, interpolated; None for no values."""
    return float(np.quantile(np.asarray(values, dtype=np.float64), share)) if values else None
