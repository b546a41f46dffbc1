"""From start and end logits to the best answer spans of a window."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from steep_plugins.generators.reader.windows import Pieces, Window


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
    start_logits: torch.Tensor,
    end_logits: torch.Tensor,
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
    import torch

    body = slice(window.body, window.body + window.count)
    starts, ends = start_logits[body], end_logits[body]
    nothing = start_logits[0] + end_logits[0]
    spans = pieces.spans[window.first : window.first + window.count]
    scores = (starts[:, None] + ends[None, :]).masked_fill(~_allowed(spans, barred, breaks, longest), float("-inf"))
    best = torch.topk(scores.flatten(), min(most, scores.numel()))
    everything = torch.logaddexp(torch.logsumexp(scores.flatten(), 0), nothing)
    found = []
    for value, index in zip(best.values.tolist(), best.indices.tolist(), strict=True):
        if value == float("-inf"):
            break
        first, last = divmod(index, window.count)
        found.append(
            Candidate(
                passage=passage,
                start=spans[first][0],
                end=spans[last][1],
                margin=value - float(nothing),
                share=value - float(everything),
            )
        )
    return found


def _allowed(
    spans: Sequence[tuple[int, int]], barred: Sequence[tuple[int, int]], breaks: Sequence[int], longest: int
) -> torch.Tensor:
    """``[i, j]`` is True where a span may begin at piece ``i`` and end with piece ``j``."""
    import torch

    count = len(spans)
    allowed = torch.ones(count, count, dtype=torch.bool).triu_().tril_(longest - 1)
    if breaks:
        part = torch.tensor([bisect.bisect_left(breaks, left) for left, _ in spans])
        allowed &= part[:, None] == part[None, :]
    if barred:
        # Characters count, not pieces: a span over a gap between pieces would quote what stands in it.
        lefts, rights = [span[0] for span in spans], [span[1] for span in spans]
        for start, end in barred:
            before = torch.tensor([right <= start for right in rights])
            after = torch.tensor([left >= end for left in lefts])
            allowed &= before[None, :] | after[:, None]
    return allowed


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
