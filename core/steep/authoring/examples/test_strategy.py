"""steep's laws for a strategy, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.strategy import Options, build
from steep.kinds import TrainingJob
from steep.testing import StrategyContract
from steep.testing.trainees import TinyTrainee, tiny_examples


class TestMyStrategy(StrategyContract):
    @pytest.fixture
    def strategy(self):
        return build(Options(epochs=3, learning_rate=0.05, batch=16), Context())


def test_a_step_takes_a_whole_batch(tmp_path):
    strategy = build(Options(epochs=2, batch=5), Context())
    job = TrainingJob(
        trainee=TinyTrainee(),
        train=tiny_examples(12),
        dev=tiny_examples(4, start=12),
        folder=tmp_path,
        seed=0,
        progress=lambda at: None,
    )
    result = strategy.train(job)
    assert result.steps == 6
    assert [row["epoch"] for row in result.history] == [1.0, 2.0]
