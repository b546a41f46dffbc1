"""The strategy `instruct` keeps the laws of its kind, stops when it should, and survives kill -9."""

import os
import signal
import subprocess
import sys

import pytest
import torch

from steep import Context
from steep.errors import BadOptions, DatasetError, ModelError
from steep.hooks import Origin, Plugins, Selection
from steep.kinds import TrainingJob
from steep.testing.strategy import StrategyContract
from steep.testing.trainees import TinyTrainee, tiny_examples
from steep_plugins import strategies
from steep_plugins.strategies import InstructOptions, build_instruct
from steep_plugins.strategies.instruct.strategy import Instruct

torch.set_num_threads(1)
TRAIN, DEV = tiny_examples(48), tiny_examples(16, start=48)


def options(**changes):
    wanted = {"epochs": 4, "learning_rate": 0.05, "batch": 16, "micro_batch": None, "evaluations": 2, **changes}
    return InstructOptions(**wanted)


def train(folder, *, clock=None, trainee=None, progress=lambda at: None, train=TRAIN, dev=DEV, **changes):
    trainee = trainee or TinyTrainee()
    strategy = Instruct(options(**changes), clock=clock) if clock else Instruct(options(**changes))
    job = TrainingJob(trainee=trainee, train=train, dev=dev, folder=folder, seed=7, progress=progress)
    return trainee, strategy.train(job)


class TestInstruct(StrategyContract):
    @pytest.fixture
    def strategy(self):
        return build_instruct(options(), Context())


class FailingTrainee(TinyTrainee):
    """Its dev score falls with every evaluation, whatever it learns."""

    def __init__(self):
        super().__init__()
        self.scored = 0

    def score(self, examples):
        self.scored += 1
        return -float(self.scored)


def trained_weights(trainee):
    return [each.detach().clone() for each in trainee.model.parameters() if each.requires_grad]


def test_it_stops_when_the_score_no_longer_rises_and_goes_back_to_the_start(tmp_path):
    untrained = trained_weights(TinyTrainee())
    trainee, result = train(tmp_path, trainee=FailingTrainee(), epochs=20, patience=3)
    assert result.steps == 3 * 2  # three evaluations, one every two steps
    assert result.score_after == result.score_before == -1
    assert all(torch.equal(one, other) for one, other in zip(trained_weights(trainee), untrained, strict=True))
    assert [row["score"] for row in result.history] == [-2, -3, -4]


@pytest.mark.parametrize("again", [False, True])
def test_what_a_trainee_fits_beside_its_weights_belongs_to_those_that_are_kept(tmp_path, again):
    class Settling(FailingTrainee):
        def settle(self, train, dev):
            self.at, self.seen = trained_weights(self), (len(train), len(dev))
            return 7.0

    trainee, result = train(tmp_path, trainee=Settling(), epochs=20, patience=3)
    if again:  # after a kill between the end of the training and the saving of its adapter
        trainee, result = train(tmp_path, trainee=Settling(), epochs=20, patience=3)
    assert all(torch.equal(one, other) for one, other in zip(trained_weights(trainee), trainee.at, strict=True))
    assert min(trainee.seen) > 0
    assert (result.score_before, result.score_after) == (-1, 7.0)


def test_no_more_steps_are_made_than_allowed(tmp_path):
    _, result = train(tmp_path, max_steps=5)
    assert result.steps == 5
    assert [row["step"] for row in result.history] == [2, 4, 5]


def test_micro_batches_give_the_gradient_of_the_whole_batch(tmp_path):
    class Weighed(TinyTrainee):
        """Rows that weigh differently, in a mean over the batch as a language model's loss is one over tokens."""

        def encode(self, examples):
            rows, dropped = super().encode(examples)
            return [{**row, "supervised": [1 + at % 3]} for at, row in enumerate(rows)], dropped

        def collate(self, features):
            copies = [row for row in features for _ in range(row["supervised"][0])]
            return super().collate(copies)

    def weights(name, size):
        trainee = Weighed()
        trainee.model.dropout.p = 0.0
        train(tmp_path / name, trainee=trainee, micro_batch=size, epochs=1)
        return trained_weights(trainee)

    for one, other in zip(weights("whole", None), weights("parts", 3), strict=True):
        torch.testing.assert_close(one, other)


class SlowTrainee(TinyTrainee):
    """A step takes it a second, and a scoring another, by its own clock."""

    def __init__(self):
        super().__init__()
        self.now = 0.0

    def collate(self, features):
        self.now += 1.0
        return super().collate(features)


def test_a_time_limit_shortens_the_plan_and_is_kept(tmp_path):
    trainee, totals = SlowTrainee(), []
    _, result = train(
        tmp_path,
        trainee=trainee,
        clock=lambda: trainee.now,
        epochs=200,  # 600 steps with 300 evaluations: 15 minutes
        max_steps=None,
        max_minutes=2,
        patience=999,
        progress=lambda at: totals.append(at.total),
    )
    assert 60 < result.steps <= 80
    assert 100 < result.seconds <= 2 * 60
    assert totals[0] == 600
    assert result.steps <= totals[-1] <= result.steps + 1
    assert result.history[-1]["step"] == result.steps
    assert result.score_after > result.score_before


def test_a_time_limit_that_does_not_bind_changes_nothing(tmp_path):
    free, _ = train(tmp_path / "free")
    bound, _ = train(tmp_path / "bound", max_minutes=60)
    assert all(torch.equal(*pair) for pair in zip(trained_weights(free), trained_weights(bound), strict=True))


def test_a_job_with_other_rows_does_not_resume_from_the_checkpoint(tmp_path):
    train(tmp_path)
    steps = []
    train(tmp_path, train=TRAIN[:32], progress=lambda at: steps.append(at.done))
    assert max(steps) == 4 * 2


def test_a_loss_that_is_no_number_is_said_at_once(tmp_path):
    trainee = TinyTrainee()
    with torch.no_grad():
        trainee.model.down.weight.fill_(float("inf"))
    trainee.score = lambda examples: 0.0
    with pytest.raises(ModelError, match=r"loss became nan at step 1.*learning_rate"):
        train(tmp_path, trainee=trainee)


def test_dev_pairs_are_needed(tmp_path):
    with pytest.raises(DatasetError, match="dev"):
        train(tmp_path, dev=())


def test_a_damaged_checkpoint_is_named(tmp_path):
    train(tmp_path)
    (tmp_path / "checkpoint.pt").write_bytes(b"nonsense")
    with pytest.raises(Exception, match=r"checkpoint\.pt cannot be read"):
        train(tmp_path)


def test_a_misspelt_option_is_named_with_its_neighbour():
    plugins = Plugins(selection=Selection(), strict=True)
    plugins.adopt(strategies, Origin(plugin="strategies", distribution="steep", version="0"))
    with pytest.raises(BadOptions, match=r"epoch.*did you mean `epochs`"):
        plugins.build("strategy", "instruct", {"epoch": 3}, Context(), where="[tune.phase]")


KILLED = """
import os, signal, sys
from pathlib import Path
import torch
from steep.kinds import TrainingJob
from steep.testing.trainees import TinyTrainee, tiny_examples
from steep_plugins.strategies import InstructOptions
from steep_plugins.strategies.instruct.strategy import Instruct

def progress(at):
    if at.done == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

torch.set_num_threads(1)
trainee = TinyTrainee()
strategy = Instruct(InstructOptions(epochs=4, learning_rate=0.05, batch=16, micro_batch=None, evaluations=2))
train, dev = tiny_examples(48), tiny_examples(16, start=48)
strategy.train(
    TrainingJob(trainee=trainee, train=train, dev=dev, folder=Path(sys.argv[1]), seed=7, progress=progress)
)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_training_killed_with_kill_9_ends_with_the_bits_of_an_unbroken_one(tmp_path):
    command = [sys.executable, "-c", KILLED, tmp_path / "job", "7"]
    killed = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert (killed.returncode, killed.stdout, killed.stderr) == (-signal.SIGKILL, "", "")
    assert (tmp_path / "job" / "checkpoint.pt").is_file()
    steps = []
    resumed, result = train(tmp_path / "job", progress=lambda at: steps.append(at.done))
    unbroken, expected = train(tmp_path / "unbroken")
    assert all(torch.equal(*pair) for pair in zip(trained_weights(resumed), trained_weights(unbroken), strict=True))
    assert min(steps) > 4
    assert result.history == expected.history
