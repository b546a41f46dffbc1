"""The laws of a strategy. Subclass ``StrategyContract``, give it a fixture ``strategy``, and pytest does the rest."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import pytest

from steep.engine.objectives import check_rows
from steep.kinds import Objective
from steep.testing.sources import tune_source
from steep.values import TextRow

if TYPE_CHECKING:
    from steep.kinds import Strategy, TuneSource
    from steep.values import Row

__all__ = ["StrategyContract"]


class StrategyContract:
    """Override the fixture ``strategy``; and ``source`` where yours needs more than documents, pairs and feedback."""

    @pytest.fixture
    def strategy(self) -> Strategy:
        raise NotImplementedError("override the fixture `strategy` to return yours")

    @pytest.fixture
    def source(self, strategy: Strategy) -> TuneSource:
        return tune_source(strategy.objectives[0])

    def test_it_names_objectives_that_there_are(self, strategy: Strategy) -> None:
        assert strategy.objectives
        assert set(strategy.objectives) <= set(get_args(Objective))
        assert len(set(strategy.objectives)) == len(strategy.objectives)

    def test_it_has_rows_for_each_of_its_objectives_and_of_no_other_sort(
        self, strategy: Strategy, source: TuneSource
    ) -> None:
        for objective in strategy.objectives:
            rows = self._rows(strategy, replace(source, objective=objective))
            assert rows, f"there is no row for {objective}"
            check_rows(rows, objective, where="the strategy")

    def test_the_same_source_gives_the_same_rows(self, strategy: Strategy, source: TuneSource) -> None:
        assert self._rows(strategy, source) == self._rows(strategy, source)

    def test_rows_have_something_in_them(self, strategy: Strategy, source: TuneSource) -> None:
        for row in self._rows(strategy, source):
            assert row.id
            assert not isinstance(row, TextRow) or row.text.strip()

    def test_what_others_draw_is_left_alone(self, strategy: Strategy, source: TuneSource) -> None:
        state = random.getstate()
        self._rows(strategy, source)
        assert random.getstate() == state

    def test_nothing_is_printed(
        self, strategy: Strategy, source: TuneSource, capfd: pytest.CaptureFixture[str]
    ) -> None:
        self._rows(strategy, source)
        assert capfd.readouterr() == ("", "")

    def test_what_is_held_out_is_not_learned_from(self, strategy: Strategy, source: TuneSource) -> None:
        """Pairs come divided; a strategy that makes rows of anything else divides it itself."""
        half = len(source.pairs) // 2
        learned = self._rows(strategy, replace(source, pairs=source.pairs[:half]))
        held_out = self._rows(strategy, replace(source, part="dev", pairs=source.pairs[half:]))
        if len(learned) > 1:
            assert not {row.id for row in learned} & {row.id for row in held_out}

    @staticmethod
    def _rows(strategy: Strategy, source: TuneSource) -> list[Row]:
        return list(strategy.rows(source))
