"""The strategy `feedback`: the pairs that people's judgements of answers taught, for a phase or a share of a mixture.

They are laid out as `instruct` lays out the pairs of a dataset.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steep.errors import DatasetError
from steep_plugins.strategies.instruct import Instruct
from steep_plugins.strategies.showing import held_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Objective, TuneSource
    from steep.values import Row


class Judged:
    """In a mixture all pairs may be learned from, and there may be none yet: the phase's own rows judge it."""

    objectives: tuple[Objective, ...] = ("reply", "span")

    def __init__(self, *, held_out: float) -> None:
        self._held_out = held_out
        self._layout = Instruct()

    def rows(self, source: TuneSource) -> Iterator[Row]:
        pairs = [each.pair for each in source.feedback() if each.pair is not None]
        if not pairs and source.count is None:
            raise DatasetError(
                "the strategy `feedback` found no pair: no answer was judged right, or the documents do not support "
                "the better ones; `steep feedback export` says which."
            )
        if source.count is None:
            pairs = list(held_out(pairs, self._held_out, source, question=lambda pair: pair.question))
        yield from self._layout.rows(replace(source, pairs=tuple(pairs)))
