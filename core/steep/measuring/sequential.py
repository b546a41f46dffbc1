"""A test of two shares that may be looked at after every observation, and stopped at any.

The evidence against "both shares are the same" is a likelihood ratio. Above stands how well a mixture over all pairs of
shares foretold what was seen (each share on its own, by Jeffreys' prior); below, how well the best single share
explains it afterwards. It exceeds 1/alpha with a chance of at most alpha, however often one looks and however the
observations fell to the two sides: the mixture sequential probability ratio test of Johari, Pekelis and Walsh, "Always
Valid Inference" (arXiv 1512.04922), made exact for a null of unknown share by universal inference (Wasserman, Ramdas
and Balakrishnan, arXiv 1912.11436). The intervals are Robbins' (1970), from the same mixture.

Each observation counts as independent of the others. Those of one caller are not quite, so few callers who judge much
make evidence look stronger than it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Share", "difference", "evidence", "interval"]

_PRIOR = 0.5
_STEPS = 60  # of a bisection: more than the digits of a float need


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of ``count`` observations."""

    hits: int
    count: int

    @property
    def value(self) -> float | None:
        """None where nothing was seen."""
        return self.hits / self.count if self.count else None


def evidence(one: Share, other: Share) -> float:
    """How strongly it was seen that the two shares differ; 1/alpha or more rejects that they are the same."""
    together = Share(hits=one.hits + other.hits, count=one.count + other.count)
    log = _foretold(one) + _foretold(other) - _explained(together, together.value or 0.0)
    return math.exp(min(log, 700.0))


def interval(share: Share, alpha: float) -> tuple[float, float]:
    """Holds the true share at every look, with a chance of at least 1 - alpha; (0, 1) where nothing was seen."""
    least = _foretold(share) + math.log(alpha)

    def inside(value: float) -> bool:
        return _explained(share, value) >= least

    best = share.value
    if best is None:
        return 0.0, 1.0
    return _edge(inside, best, 0.0), _edge(inside, best, 1.0)


def difference(one: Share, other: Share, alpha: float) -> tuple[float, float]:
    """Holds how much the first share exceeds the second, at every look, with a chance of at least 1 - alpha."""
    (low, high), (least, most) = (interval(each, alpha / 2) for each in (one, other))
    return low - most, high - least


def _foretold(share: Share) -> float:
    """The logarithm of the chance of a sequence of so many hits, over all shares."""
    hit, missed = share.hits + _PRIOR, share.count - share.hits + _PRIOR
    whole = math.lgamma(hit) + math.lgamma(missed) - math.lgamma(hit + missed)
    return whole - (2 * math.lgamma(_PRIOR) - math.lgamma(2 * _PRIOR))


def _explained(share: Share, value: float) -> float:
    """The logarithm of the chance of such a sequence where the true share is ``value``."""
    return _times_log(share.hits, value) + _times_log(share.count - share.hits, 1 - value)


def _times_log(count: int, value: float) -> float:
    if not count:
        return 0.0
    return count * math.log(value) if value > 0 else -math.inf


def _edge(inside: Callable[[float], bool], best: float, end: float) -> float:
    """The last value towards an end that is inside, by bisection."""
    if inside(end):
        return end
    for _ in range(_STEPS):
        middle = (best + end) / 2
        best, end = (middle, end) if inside(middle) else (best, middle)
    return best
