"""What is timed before the first step tells how long a course takes, and leaves nothing behind."""

import pytest
import torch

from steep.engine.course import Job, train
from steep.engine.forecast import forecast
from steep.errors import ModelError
from steep.kinds import CourseOptions, Dropped
from steep.testing.trainees import TinyTrainee, tiny_rows

torch.set_num_threads(1)
TRAIN, DEV = tiny_rows(48), tiny_rows(16, start=48)


class Timed(TinyTrainee):
    """Takes a second a token to learn from and two a row to score; what is learned first takes a minute more."""

    def __init__(self):
        super().__init__()
        self.now, self.slow = 0.0, 60.0

    def loss(self, batch):
        self.now += batch["input_ids"].numel() + self.slow
        self.slow = 0.0
        return super().loss(batch)

    def scores(self, rows):
        self.now += 2 * len(rows)
        return super().scores(rows)


def job(folder, trainee, **changes):
    options = {"epochs": 4, "learning_rate": 0.05, "batch": 16, "evaluations": 2, "patience": 99, **changes}
    return Job(
        name="recipe `r`, phase 1 (tiny)",
        trainee=trainee,
        train=TRAIN,
        dev=DEV,
        folder=folder,
        seed=7,
        options=CourseOptions(**options),
        progress=lambda at: None,
        clock=lambda: getattr(trainee, "now", 0.0),
    )


@pytest.mark.parametrize("changes", [{}, {"max_steps": 5}, {"batch": 7, "epochs": 2}, {"dev_rows": 6}])
def test_it_is_near_what_the_course_takes(tmp_path, changes):
    found = forecast(job(tmp_path, Timed(), **changes))
    timed = Timed()
    timed.slow = 0.0
    outcome = train(job(tmp_path, timed, **changes))
    assert found.steps == outcome.steps
    assert found.seconds == pytest.approx(outcome.seconds, rel=0.05)


def test_it_counts_the_tokens_of_all_steps(tmp_path):
    assert forecast(job(tmp_path, Timed())).tokens == 4 * sum(len(row.question) for row in TRAIN)


def test_it_changes_nothing_that_is_learned(tmp_path):
    trained, timed_before = TinyTrainee(), TinyTrainee()
    drawn = torch.get_rng_state().tolist()
    forecast(job(tmp_path / "timed", timed_before))
    assert torch.get_rng_state().tolist() == drawn
    assert all(weight.grad is None for weight in timed_before.model.parameters())
    one, other = train(job(tmp_path / "plain", trained)), train(job(tmp_path / "timed", timed_before))
    assert (one.before, one.after, one.history) == (other.before, other.after, other.history)
    for weight, same in zip(trained.model.parameters(), timed_before.model.parameters(), strict=True):
        assert torch.equal(weight, same)


def test_it_heeds_the_time_limit(tmp_path):
    assert forecast(job(tmp_path, Timed(), max_minutes=2)).seconds == 120


class Unlearnable(TinyTrainee):
    def encode(self, rows):
        return [], Dropped(reasons={"too long": len(rows)})


class Crowded(TinyTrainee):
    def loss(self, batch):
        raise MemoryError


class Broken(TinyTrainee):
    def loss(self, batch):
        raise ModelError("it has no such layer.")


@pytest.mark.parametrize("trainee", [Unlearnable, Crowded])
def test_there_is_none_where_nothing_can_be_timed(tmp_path, trainee):
    assert forecast(job(tmp_path, trainee())) is None


def test_what_is_wrong_with_a_trainee_is_not_hidden(tmp_path):
    with pytest.raises(ModelError, match="no such layer"):
        forecast(job(tmp_path, Broken()))
