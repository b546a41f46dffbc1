"""Where wide gaps part a line of a PDF, and where its words are merely spread to fill a narrow column."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep_plugins.readers.pdf_lines import Line
    from steep_plugins.readers.pdf_page import RunLine

_AROUND = 20  # lines before and after, by which the edges of a column are told


def stretches(runs: Sequence[RunLine]) -> Iterator[Line]:
    """Lines, or what wide gaps part them into, but not where words are spread to fill a line."""
    for number, run in enumerate(runs):
        if len(run.chunks) > 1 and _is_spread(runs, number):
            yield run.whole
        else:
            yield from run.chunks


def _is_spread(runs: Sequence[RunLine], number: int) -> bool:
    """Whether a line is as wide as its neighbours, whose words stand close: it is justified."""
    line = runs[number].whole
    near = [each for each in runs[max(0, number - _AROUND) : number + _AROUND + 1] if _flush(each.whole, line)]
    close = sum(len(each.chunks) == 1 and " " in each.whole.text for each in near)
    if close < 2 or 4 * close < len(near):
        return False
    gaps = [after.left - before.right for before, after in itertools.pairwise(runs[number].chunks)]
    if line.text.count(" ") + 1 == len(gaps) + 1 > 2 and max(gaps) - min(gaps) < 0.15 * line.size:
        return True  # all of its words stand equally far apart
    alike = 0
    for side in (-1, 1):
        other = number + side
        while 0 <= other < len(runs) and _same_gap(runs, number, other):
            alike, other = alike + 1, other + side
    return alike < 2


def _flush(one: Line, other: Line) -> bool:
    return one.page == other.page and abs(one.left - other.left) < 1.5 and abs(one.right - other.right) < 1.5


def _same_gap(runs: Sequence[RunLine], one: int, other: int) -> bool:
    """Whether two lines have as many gaps, and the first of them at the same place."""
    mine, its = runs[one].chunks, runs[other].chunks
    if len(mine) != len(its):
        return False
    gap = min(mine[1].left, its[1].left) - max(mine[0].right, its[0].right)
    return gap > runs[one].whole.size and min(abs(mine[1].left - its[1].left), abs(mine[1].right - its[1].right)) < 2
