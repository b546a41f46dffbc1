"""steep's laws for a strategy, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.strategy import Options, build
from steep.testing import StrategyContract
from steep.testing.sources import tune_source


class TestMyStrategy(StrategyContract):
    @pytest.fixture
    def strategy(self):
        return build(Options(), Context())


def test_short_questions_are_left_out():
    source = tune_source("reply")
    assert len(list(build(Options(least=1), Context()).rows(source))) == 6
    assert list(build(Options(least=50), Context()).rows(source)) == []
