"""From start and end logits to the best answer spans of a window.

In numpy: at this size a tensor library spends longer on waking its threads than on the search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from steep_plugins.generators.reader.windows import Pieces, Window

    Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a passage's characters.

    ``margin`` is its logit less the logit of "no answer" in the same window, which makes windows and passages
    comparable, with the bonus of the clues once they were weighed; ``share`` is the log of its probability among all
    spans of its window, "no answer" included.
    """

    passage: int
    start: int
    end: int
    margin: float
    share: float


def candidates(
    start_logits: Logits,
    end_logits: Logits,
    window: Window,
    pieces: Pieces,
    *,
    passage: int,
    barred: Sequence[tuple[int, int]] = (),
    breaks: Sequence[int] = (),
    longest: int = 48,
    most: int = 20,
) -> list[Candidate]:
    """The ``most`` best spans of at most ``longest`` pieces, best first; none touches a barred character range.

    None crosses a character of ``breaks`` (in order), where a list item, a table row or a paragraph ends.

    The logits are one window's, in float32, of at least the window's length.
    """
    body = slice(window.body, window.body + window.count)
    nothing = float(start_logits[0] + end_logits[0])
    spans = np.asarray(pieces.spans[window.first : window.first + window.count])
    width = min(longest, window.count)
    scores = start_logits[body, None] + _ahead(end_logits[body], width, -np.inf)
    scores[~_allowed(spans, barred, breaks, width)] = -np.inf
    everything = np.logaddexp(_log_sum(scores), nothing)
    found = []
    for index in _highest(scores.ravel(), most):
        first, further = divmod(int(index), width)
        value = float(scores[first, further])
        found.append(
            Candidate(
                passage=passage,
                start=int(spans[first, 0]),
                end=int(spans[first + further, 1]),
                margin=value - nothing,
                share=value - float(everything),
            )
        )
    return found


def _ahead(row: NDArray[Any], width: int, beyond: float) -> NDArray[Any]:
    """``[i, k]`` is the row's value at ``i + k``, or ``beyond`` behind its end."""
    padded = np.full(len(row) + width - 1, beyond, dtype=row.dtype)
    padded[: len(row)] = row
    return np.lib.stride_tricks.sliding_window_view(padded, width)


def _allowed(
    spans: NDArray[Any], barred: Sequence[tuple[int, int]], breaks: Sequence[int], width: int
) -> NDArray[np.bool_]:
    """``[i, k]`` is True where a span may begin at piece ``i`` and end with piece ``i + k``."""
    lefts, rights = spans[:, 0], spans[:, 1]
    part = np.searchsorted(np.asarray(breaks, dtype=lefts.dtype), lefts)
    allowed: NDArray[np.bool_] = part[:, None] == _ahead(part, width, -1)
    for start, end in barred:
        # Characters count, not pieces: a span over a gap between pieces would quote what stands in it.
        allowed &= (lefts >= end)[:, None] | _ahead(rights <= start, width, False)
    return allowed


def _highest(values: NDArray[Any], most: int) -> NDArray[Any]:
    """Where the ``most`` highest finite values stand, highest first; of equal ones the earlier first."""
    chosen = np.flatnonzero(values > -np.inf)
    if len(chosen) > most:
        chosen = chosen[np.argpartition(-values[chosen], most - 1)[:most]]
    return chosen[np.lexsort((chosen, -values[chosen]))]


def _log_sum(scores: NDArray[Any]) -> float:
    highest = float(scores.max())
    if highest == -np.inf:
        return highest
    return highest + float(np.log(np.exp(scores.astype(np.float64) - highest).sum()))


def distinct(found: Sequence[Candidate], most: int) -> list[Candidate]:
    """The best spans that do not overlap a better one, best first; ties go to the earlier passage and place."""
    kept: list[Candidate] = []
    for candidate in sorted(found, key=lambda one: (-one.margin, one.passage, one.start, one.end)):
        if all(
            other.passage != candidate.passage or other.end <= candidate.start or other.start >= candidate.end
            for other in kept
        ):
            kept.append(candidate)
            if len(kept) == most:
                break
    return kept
