"""The laws of a strategy. Subclass ``StrategyContract``, give it a fixture ``strategy``, and pytest does the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from steep.errors import DatasetError
from steep.kinds import Progress, TrainingJob, TrainingResult
from steep.testing.trainees import TinyTrainee, tiny_examples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from steep.kinds import Example, Strategy

__all__ = ["Killed", "StrategyContract", "killing_at"]


class Killed(BaseException):
    """Stands for a kill: nothing that catches errors catches it."""


def killing_at(step: int) -> Callable[[Progress], None]:
    """A progress callback that ends the training when a step is reported."""

    def progress(at: Progress) -> None:
        if at.done >= step:
            raise Killed

    return progress


class _Settling(TinyTrainee):
    SETTLED = 0.5

    def __init__(self) -> None:
        super().__init__()
        self.settled_with: list[Any] = []

    def settle(self, train: Sequence[Example], dev: Sequence[Example]) -> float:
        assert train
        assert dev
        self.settled_with.append(_weights(self))
        return self.SETTLED


class StrategyContract:
    """Override the fixture ``strategy``; it should make some ten steps on 48 rows, and evaluate several times."""

    @pytest.fixture
    def strategy(self) -> Strategy:
        raise NotImplementedError("override the fixture `strategy` to return yours")

    def test_the_trainee_is_left_at_its_best_and_never_worse(self, strategy: Strategy, tmp_path: Path) -> None:
        trainee = TinyTrainee()
        before = trainee.score(_DEV)
        result = strategy.train(_job(trainee, tmp_path))
        assert isinstance(result, TrainingResult)
        assert result.score_before == before
        assert result.score_after == trainee.score(_DEV) >= before
        assert result.steps > 0
        assert not trainee.model.training

    def test_it_learns(self, strategy: Strategy, tmp_path: Path) -> None:
        trainee = TinyTrainee()
        result = strategy.train(_job(trainee, tmp_path))
        assert result.score_after > result.score_before

    def test_what_goes_beside_the_weights_is_settled_once_they_are_final(
        self, strategy: Strategy, tmp_path: Path
    ) -> None:
        trainee = _Settling()
        result = strategy.train(_job(trainee, tmp_path))
        assert trainee.settled_with == [_weights(trainee)], "call `settle` once, after the last step"
        assert result.score_after == trainee.SETTLED, "the score is the one that `settle` returns"

    def test_the_base_is_untouched(self, strategy: Strategy, tmp_path: Path) -> None:
        trainee, untrained = TinyTrainee(), TinyTrainee()
        strategy.train(_job(trainee, tmp_path))
        assert _weights(trainee, trained=False) == _weights(untrained, trained=False)

    def test_the_same_seed_gives_the_same_bits(self, strategy: Strategy, tmp_path: Path) -> None:
        one, other, third = TinyTrainee(), TinyTrainee(), TinyTrainee()
        strategy.train(_job(one, tmp_path / "one"))
        strategy.train(_job(other, tmp_path / "other"))
        strategy.train(_job(third, tmp_path / "third", seed=8))
        assert _weights(one) == _weights(other)
        assert _weights(one) != _weights(third), "the seed must decide something"

    @pytest.mark.parametrize("step", [1, 5, 9])
    def test_a_killed_training_ends_as_an_unbroken_one(self, strategy: Strategy, tmp_path: Path, step: int) -> None:
        unbroken, broken = TinyTrainee(), TinyTrainee()
        expected = strategy.train(_job(unbroken, tmp_path / "unbroken"))
        with pytest.raises(Killed):
            strategy.train(_job(broken, tmp_path / "broken", progress=killing_at(step)))
        resumed = TinyTrainee()
        result = strategy.train(_job(resumed, tmp_path / "broken"))
        assert _weights(resumed) == _weights(unbroken)
        assert (result.score_before, result.score_after) == (expected.score_before, expected.score_after)
        assert (result.steps, result.history) == (expected.steps, expected.history)

    def test_a_finished_training_is_not_repeated(self, strategy: Strategy, tmp_path: Path) -> None:
        trained, again = TinyTrainee(), TinyTrainee()
        strategy.train(_job(trained, tmp_path))
        steps: list[int] = []
        strategy.train(_job(again, tmp_path, progress=lambda at: steps.append(at.done)))
        assert _weights(again) == _weights(trained)
        assert not any(steps)

    def test_progress_rises_to_its_total_and_nothing_is_printed(
        self, strategy: Strategy, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        seen: list[Progress] = []
        strategy.train(_job(TinyTrainee(), tmp_path, progress=seen.append))
        done = [at.done for at in seen]
        assert done == sorted(done)
        assert all(at.total is None or at.done <= at.total for at in seen)
        assert capfd.readouterr() == ("", "")

    def test_nothing_to_train_on_is_said(self, strategy: Strategy, tmp_path: Path) -> None:
        with pytest.raises(DatasetError):
            strategy.train(_job(TinyTrainee(), tmp_path, train=()))

    def test_what_others_draw_is_left_alone(self, strategy: Strategy, tmp_path: Path) -> None:
        import torch

        before = torch.get_rng_state().tolist()
        strategy.train(_job(TinyTrainee(), tmp_path))
        assert torch.get_rng_state().tolist() == before


_TRAIN, _DEV = tiny_examples(48), tiny_examples(16, start=48)


def _job(trainee: TinyTrainee, folder: Path, **changes: Any) -> TrainingJob:
    wanted: dict[str, Any] = {"train": _TRAIN, "dev": _DEV, "seed": 7, "progress": lambda at: None, **changes}
    return TrainingJob(trainee=trainee, folder=folder, **wanted)


def _weights(trainee: TinyTrainee, *, trained: bool = True) -> dict[str, list[Any]]:
    parameters = trainee.model.named_parameters()
    return {name: each.detach().flatten().tolist() for name, each in parameters if each.requires_grad is trained}
