"""The loop: it leaves a trainee at its best, stops when it should, survives kill -9, and says what goes wrong."""

import os
import signal
import subprocess
import sys
from itertools import count

import pytest
import torch

from steep.engine.course import Job, mean, train
from steep.errors import DatasetError, ModelError
from steep.kinds import CourseOptions
from steep.testing.trainees import Killed, TinyTrainee, killing_at, tiny_rows
from steep.values import TextRow
from steep.wording import readable

torch.set_num_threads(1)
TRAIN, DEV = tiny_rows(48), tiny_rows(16, start=48)


def options(**changes):
    return CourseOptions(**{"epochs": 4, "learning_rate": 0.05, "batch": 16, "evaluations": 2, **changes})


def run(folder, *, trainee=None, train_rows=TRAIN, dev=DEV, progress=lambda at: None, seed=7, clock=None, **changes):
    trainee = trainee or TinyTrainee()
    timed = {"clock": clock} if clock else {}
    job = Job(
        name="recipe `r`, phase 1 (tiny)",
        trainee=trainee,
        train=train_rows,
        dev=dev,
        folder=folder,
        seed=seed,
        options=options(**changes),
        progress=progress,
        **timed,
    )
    return trainee, train(job)


def weights(trainee, *, trained=True):
    parameters = trainee.model.named_parameters()
    return {name: each.detach().flatten().tolist() for name, each in parameters if each.requires_grad is trained}


class FailingTrainee(TinyTrainee):
    """Its score falls with every evaluation, whatever it learns."""

    def __init__(self):
        super().__init__()
        self.scored = 0

    def scores(self, rows):
        self.scored += 1
        return [-float(self.scored)] * len(rows)


def test_the_trainee_is_left_at_its_best_and_never_worse(tmp_path):
    before = TinyTrainee().scores(DEV)
    trainee, outcome = run(tmp_path)
    assert list(outcome.before) == before
    assert list(outcome.after) == trainee.scores(DEV)
    assert mean(outcome.after) > mean(before)
    assert outcome.steps == 12
    assert not trainee.model.training


def test_the_base_is_untouched(tmp_path):
    trainee, _ = run(tmp_path)
    assert weights(trainee, trained=False) == weights(TinyTrainee(), trained=False)


def test_the_same_seed_gives_the_same_bits(tmp_path):
    one, other = (weights(run(tmp_path / name)[0]) for name in ("one", "other"))
    assert one == other != weights(run(tmp_path / "third", seed=8)[0])


@pytest.mark.parametrize("step", [1, 5, 9])
def test_a_killed_training_ends_as_an_unbroken_one(tmp_path, step):
    unbroken, expected = run(tmp_path / "unbroken")
    with pytest.raises(Killed):
        run(tmp_path / "broken", progress=killing_at(step))
    resumed, outcome = run(tmp_path / "broken")
    assert weights(resumed) == weights(unbroken)
    assert (outcome.before, outcome.after, outcome.history) == (expected.before, expected.after, expected.history)


def test_a_finished_training_is_not_repeated(tmp_path):
    trained, _ = run(tmp_path)
    steps = []
    again, _ = run(tmp_path, progress=lambda at: steps.append(at.done))
    assert weights(again) == weights(trained)
    assert not any(steps)


def test_progress_rises_to_its_total_says_how_long_it_takes_and_nothing_is_printed(tmp_path, capfd):
    seen = []
    run(tmp_path, progress=seen.append)
    done = [at.done for at in seen]
    assert done == sorted(done)
    assert all(at.done <= at.total for at in seen)
    assert all(at.note.endswith(" left") for at in seen[1:] if not at.stays)
    assert capfd.readouterr() == ("", "")


class Timed(TinyTrainee):
    """Takes a second a token to learn from, and five to score; the first step takes a minute more."""

    def __init__(self):
        super().__init__()
        self.now, self.slow = 0.0, 60.0

    def loss(self, batch):
        self.now += batch["input_ids"].numel() + self.slow
        self.slow = 0.0
        return super().loss(batch)

    def scores(self, rows):
        self.now += 5
        return super().scores(rows)


def test_the_first_steps_promise_how_long_it_takes(tmp_path):
    timed, seen = Timed(), []
    _, outcome = run(tmp_path, trainee=timed, clock=lambda: timed.now, progress=seen.append, patience=99)
    assert outcome.estimate == pytest.approx(outcome.seconds, rel=0.02)
    (promise,) = [at for at in seen if at.stays]
    assert promise.done == 3
    assert promise.note == f"about {readable(outcome.estimate)} on this machine, if it does not stop early"


def test_a_promise_heeds_the_time_limit(tmp_path):
    timed = Timed()
    _, outcome = run(tmp_path, trainee=timed, clock=lambda: timed.now, patience=99, max_minutes=20)
    assert outcome.estimate == 20 * 60
    assert outcome.seconds <= 20 * 60


@pytest.mark.parametrize(("seconds", "said"), [(3.4, "3 s"), (61, "1 min 1 s"), (7260, "2 h 1 min")])
def test_time_is_said_in_words(seconds, said):
    assert readable(seconds) == said


def test_what_others_draw_is_left_alone(tmp_path):
    before = torch.get_rng_state().tolist()
    run(tmp_path)
    assert torch.get_rng_state().tolist() == before


def test_it_stops_when_the_score_no_longer_rises_and_goes_back_to_the_start(tmp_path):
    untrained = weights(TinyTrainee())
    trainee, outcome = run(tmp_path, trainee=FailingTrainee(), epochs=20, patience=3)
    assert outcome.steps == 3 * 2  # three evaluations, one every two steps
    assert set(outcome.before) == set(outcome.after) == {-1.0}
    assert weights(trainee) == untrained
    assert [row["score"] for row in outcome.history] == [-2, -3, -4]


@pytest.mark.parametrize("again", [False, True])
def test_what_a_trainee_fits_beside_its_weights_belongs_to_those_that_are_kept(tmp_path, again):
    class Settling(FailingTrainee):
        def settle(self, train, dev):
            self.at, self.seen = weights(self), (len(train), len(dev))
            return [7.0] * len(dev)

    trainee, outcome = run(tmp_path, trainee=Settling(), epochs=20, patience=3)
    if again:  # after a kill between the end of the training and the saving of its adapter
        trainee, outcome = run(tmp_path, trainee=Settling(), epochs=20, patience=3)
    assert weights(trainee) == trainee.at
    assert min(trainee.seen) > 0
    assert (mean(outcome.before), mean(outcome.after)) == (-1, 7)


def test_no_more_steps_are_made_than_allowed(tmp_path):
    _, outcome = run(tmp_path, max_steps=5)
    assert outcome.steps == 5
    assert [row["step"] for row in outcome.history] == [2, 4, 5]


class Weighed(TinyTrainee):
    """Rows that weigh differently, in a mean over the batch as a language model's loss is one over tokens."""

    def __init__(self):
        super().__init__()
        self.model.dropout.p = 0.0

    def encode(self, rows):
        found, dropped = super().encode(rows)
        return [{**row, "supervised": [1 + at % 3]} for at, row in enumerate(found)], dropped

    def collate(self, features):
        return super().collate([row for row in features for _ in range(row["supervised"][0])])

    def scores(self, rows):
        return [0.0] * len(rows)


def test_micro_batches_give_the_gradient_of_the_whole_batch(tmp_path):
    whole, _ = run(tmp_path / "whole", trainee=Weighed(), epochs=1, tokens=10_000)
    parts, _ = run(tmp_path / "parts", trainee=Weighed(), epochs=1, tokens=64)
    for name, values in weights(whole).items():
        torch.testing.assert_close(torch.tensor(values), torch.tensor(weights(parts)[name]))


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried")]
)
def test_where_memory_runs_out_a_step_is_made_in_smaller_parts(tmp_path, error):
    class Crowded(Weighed):
        sizes = ()

        def collate(self, features):
            self.sizes = (*self.sizes, len(features))
            if len(features) > 3:
                raise error
            return super().collate(features)

    crowded, _ = run(tmp_path / "crowded", trainee=Crowded(), epochs=2, tokens=10_000)
    whole, _ = run(tmp_path / "whole", trainee=Weighed(), epochs=2, tokens=10_000)
    assert sum(size > 3 for size in crowded.sizes) <= 10  # found out once, not at every step
    for name, values in weights(whole).items():
        torch.testing.assert_close(torch.tensor(values), torch.tensor(weights(crowded)[name]), rtol=1e-4, atol=1e-5)


def test_memory_too_small_for_a_single_row_is_said(tmp_path):
    class Full(TinyTrainee):
        def loss(self, batch):
            raise MemoryError

    with pytest.raises(ModelError, match=r"phase 1 \(tiny\): memory ran out at step 1 with a single row"):
        run(tmp_path, trainee=Full())


def test_another_error_of_the_model_is_not_taken_for_want_of_memory(tmp_path):
    class Broken(TinyTrainee):
        def loss(self, batch):
            raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes do not match"):
        run(tmp_path, trainee=Broken())


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
    _, outcome = run(
        tmp_path,
        trainee=trainee,
        clock=lambda: trainee.now,
        epochs=200,  # 600 steps with 300 evaluations: 15 minutes
        max_steps=0,
        max_minutes=2,
        patience=999,
        progress=lambda at: totals.append(at.total),
    )
    assert 60 < outcome.steps <= 80
    assert 100 < outcome.seconds <= 2 * 60
    assert totals[0] == 600
    assert outcome.steps <= totals[-1] <= outcome.steps + 1
    assert outcome.history[-1]["step"] == outcome.steps


def test_a_time_limit_that_does_not_bind_changes_nothing(tmp_path):
    free, _ = run(tmp_path / "free")
    bound, _ = run(tmp_path / "bound", max_minutes=60)
    assert weights(free) == weights(bound)


def test_a_job_with_other_rows_does_not_resume_from_the_checkpoint(tmp_path):
    run(tmp_path)
    steps = []
    run(tmp_path, train_rows=TRAIN[:32], progress=lambda at: steps.append(at.done))
    assert max(steps) == 4 * 2


def test_a_loss_that_is_no_number_is_said_at_once_with_its_recipe(tmp_path):
    trainee = TinyTrainee()
    with torch.no_grad():
        trainee.model.down.weight.fill_(float("inf"))
    trainee.scores = lambda rows: [0.0] * len(rows)
    with pytest.raises(ModelError, match=r"recipe `r`, phase 1 \(tiny\): the loss became nan at step 1.*learning_rate"):
        run(tmp_path, trainee=trainee)


def test_a_score_that_is_no_number_is_said(tmp_path):
    trainee = TinyTrainee()
    trainee.scores = lambda rows: [0.0, float("nan")]
    with pytest.raises(ModelError, match=r"held-out score is nan after 0 steps.*unfit before anything is learned"):
        run(tmp_path, trainee=trainee)


def test_a_score_that_training_spoiled_says_what_to_change(tmp_path):
    trainee, scored = TinyTrainee(), count()
    trainee.scores = lambda rows: [float("nan") if next(scored) else 0.5] * len(rows)
    with pytest.raises(ModelError, match=r"held-out score is nan after [1-9].*[Ll]ower its `learning_rate`"):
        run(tmp_path, trainee=trainee)


@pytest.mark.parametrize(("nothing", "said"), [("train_rows", "none of 0 rows"), ("dev", "none of 0 held-out rows")])
def test_there_must_be_rows_to_learn_from_and_to_score(tmp_path, nothing, said):
    with pytest.raises(DatasetError, match=said):
        run(tmp_path, **{nothing: ()})


def test_a_row_that_the_trainee_cannot_take_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="cannot learn from a TextRow"):
        run(tmp_path, train_rows=[TextRow(text="Nothing to point at.")])


def test_a_damaged_checkpoint_is_named(tmp_path):
    run(tmp_path)
    (tmp_path / "checkpoint.pt").write_bytes(b"nonsense")
    with pytest.raises(Exception, match=r"checkpoint\.pt cannot be read"):
        run(tmp_path)


KILLED = """
import os, signal, sys
from pathlib import Path
import torch
from steep.engine.course import Job, train
from steep.kinds import CourseOptions
from steep.testing.trainees import TinyTrainee, tiny_rows

def progress(at):
    if at.done == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

torch.set_num_threads(1)
job = Job(
    name="killed", trainee=TinyTrainee(), train=tiny_rows(48), dev=tiny_rows(16, start=48), folder=Path(sys.argv[1]),
    seed=7, options=CourseOptions(epochs=4, learning_rate=0.05, batch=16, evaluations=2), progress=progress,
)
train(job)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_training_killed_with_kill_9_ends_with_the_bits_of_an_unbroken_one(tmp_path):
    command = [sys.executable, "-c", KILLED, tmp_path / "job", "7"]
    killed = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert (killed.returncode, killed.stdout, killed.stderr) == (-signal.SIGKILL, "", "")
    assert (tmp_path / "job" / "checkpoint.pt").is_file()
    steps = []
    resumed, outcome = run(tmp_path / "job", progress=lambda at: steps.append(at.done))
    unbroken, expected = run(tmp_path / "unbroken")
    assert weights(resumed) == weights(unbroken)
    assert min(steps) > 4
    assert outcome.history == expected.history
