"""A second look at what was found: the best passages add to the question, and passages vouch for their like.

The words of a question are often not those of the documents. Two old remedies need nothing but the vectors that the
index holds. The question's vector is moved a little towards those of the best passages (Rocchio 1971), and every
passage takes a share of its score from the passages most like it, since what belongs to one question lies together
(Diaz: Regularizing ad hoc retrieval scores, 2005). Only passages that were found take part, so that no passage vouches
that the caller may not see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float32]

__all__ = ["kin", "moved", "vouched"]

_TRUSTED = 2  # passages that the question moves towards
_LIKE = 3  # passages that vouch for one
_LEAST = 1e-3  # the weight of one that is not like it at all


def moved(question: Numbers, vectors: Numbers, order: npt.NDArray[np.int64], share: float) -> Numbers:
    """The question's vector, moved towards the vectors of the first passages of an order."""
    towards = question.reshape(-1) + share * vectors[order[:_TRUSTED]].mean(axis=0)
    length = float(np.linalg.norm(towards))
    return np.asarray(towards / length if length else towards, dtype=np.float32)


def kin(vectors: Numbers) -> tuple[npt.NDArray[np.int64], Numbers]:
    """The places of the passages most like each, and how like they are."""
    count = min(_LIKE, len(vectors) - 1)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    near = np.argpartition(-likeness, max(0, count - 1), axis=1)[:, :count]
    return near, np.maximum(np.take_along_axis(likeness, near, axis=1), _LEAST)


def vouched(scores: Numbers, like: tuple[npt.NDArray[np.int64], Numbers], share: float) -> Numbers:
    """Scores of which a share is the mean score of the passages most like each, by how like they are."""
    near, weights = like
    if not near.size:
        return scores
    mean = (scores[near] * weights).sum(axis=1) / weights.sum(axis=1)
    return np.asarray((1 - share) * scores + share * mean, dtype=np.float32)
