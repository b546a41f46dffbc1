"""One training from its first step, or from where it stopped, to its end: the loop of every strategy and trainee.

It knows nothing of models or rows: features, batches, losses and scores are the trainee's, and so is its number
format. On a CPU the same course with the same seed gives the same bits, resumed or not; a time limit that binds makes
the number of steps, and nothing else, depend on the machine's speed.
"""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from steep.engine import checkpoint
from steep.engine.checkpoint import State
from steep.engine.memory import ran_out
from steep.engine.packing import micro_batches
from steep.engine.plan import Plan, shortened
from steep.engine.timetable import Timetable
from steep.errors import DatasetError, ModelError
from steep.kinds import Dropped, Progress, Settles
from steep.values import content_id
from steep.wording import counted, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import torch

    from steep.kinds import CourseOptions, Features, Trainee
    from steep.values import Row

_MEASURED = 4  # steps timed, after a first slow one, before a time limit may shorten the plan
_TIMED = 2  # steps timed, after a first slow one, before it is said how long the course will take
_SPOILED = 'Lower its `learning_rate`, or set `dtype = "float32"` where the model is named.'
_BROKEN = (
    'The model is unfit before anything is learned: set `dtype = "float32"` where it is named, and look whether its '
    "files are whole."
)
_KEPT_EVERY = 60.0  # seconds between checkpoints where evaluations are rarer


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A trainee and what it shall learn. ``name`` is what errors call it: the recipe and its phase.

    ``folder`` is kept between tries: a course finds its checkpoint there and goes on. ``score`` has a figure for each
    held-out row that counts, by default the trainee's own. ``clock`` counts seconds; only the time limit, and the time
    left that progress shows, depend on it.
    """

    name: str
    trainee: Trainee
    train: Sequence[Row]
    dev: Sequence[Row]
    folder: Path
    seed: int
    options: CourseOptions
    progress: Callable[[Progress], None]
    score: Callable[[Trainee, Sequence[Row]], Sequence[float]] = lambda trainee, rows: trainee.scores(rows)
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``before`` and ``after`` are the trainee's scores by held-out row; ``history`` has an entry an evaluation.

    ``estimate`` is how many seconds the first steps promised, without an early stop; None for fewer than four steps.
    """

    before: tuple[float, ...]
    after: tuple[float, ...]
    steps: int
    seconds: float
    history: tuple[Mapping[str, float], ...] = ()
    dropped: Dropped = field(default_factory=Dropped)
    estimate: float | None = None


def train(job: Job) -> Outcome:
    """Train the trainee's adapter and leave it at its best state; the base, and what others draw, are left alone.

    Raises DatasetError where there is nothing to learn or nothing to score, ModelError where a loss is no number or
    memory is too small for a single row.
    """
    import torch

    features, dropped = job.trainee.encode(job.train)
    if not features:
        lost = ", ".join(f"{count} {reason}" for reason, count in dropped.reasons.items())
        raise DatasetError(f"{job.name}: none of {len(job.train)} rows can be trained on ({lost or 'there are none'}).")
    dev = chosen(job.dev, job.options.dev_rows)
    if not dev or not job.trainee.encode(dev)[0]:
        raise DatasetError(
            f"{job.name}: none of {len(job.dev)} held-out rows can be scored, so nothing would tell when to stop. Make "
            "more pairs, or raise `dev` in [synthesize]."
        )
    weight = next(job.trainee.model.parameters())
    with torch.random.fork_rng(devices=[weight.device] if weight.is_cuda else []):
        state = Course(job, features, dev).run()
    after = state.best
    if isinstance(job.trainee, Settles):
        job.progress(Progress(stage="tune", done=state.step, total=state.step, note="settling how sure it may be"))
        after = list(job.trainee.settle(job.train, dev))
    return Outcome(
        before=tuple(state.before or ()),
        after=tuple(after),
        steps=state.step,
        seconds=state.elapsed,
        history=tuple(state.history),
        dropped=dropped,
        estimate=state.estimate,
    )


def chosen(rows: Sequence[Row], most: int) -> tuple[Row, ...]:
    """At most so many rows, picked by a hash of each: the same ones wherever the others come and go."""
    if len(rows) <= most:
        return tuple(rows)
    return tuple(sorted(rows, key=lambda row: content_id("dev", row.id))[:most])


def mean(scores: Sequence[float]) -> float:
    return sum(scores) / len(scores) if scores else 0.0


class Course:
    """Holds what changes during training: weights, optimizer, state. ``run`` may be called once."""

    def __init__(self, job: Job, features: Sequence[Features], dev: Sequence[Row]) -> None:
        import torch

        self._job, self._options, self._rows, self._dev, self._clock = job, job.options, features, dev, job.clock
        self._model = job.trainee.model
        self._weights = {name: each for name, each in self._model.named_parameters() if each.requires_grad}
        if not self._weights:
            raise ModelError("the trainee has no weights to train; its `model` must be a PEFT model made for training.")
        options = self._options
        self._optimizer = torch.optim.AdamW(
            self._weights.values(), lr=options.learning_rate, weight_decay=options.weight_decay
        )
        self._table = Timetable(features, options, job.seed)
        self._plan = self._table.plan
        self._name = checkpoint.fingerprint(
            self._weights, options.model_dump_json(), str(job.seed), repr(list(features)), repr([row.id for row in dev])
        )
        self._state = State()
        self._best = self._copied()
        self._began = self._kept = self._clock()
        self._paces: list[float] = []  # seconds of each step of this try
        self._epoch, self._order = -1, list[list[int]]()
        self._work: list[int] = []  # tokens of each step

    def run(self) -> State:
        self._resume()
        if self._state.before is None:
            self._first_score()
        while not self._finished():
            self._train_step()
            if self._plan.evaluates_after(self._state.step):
                self._evaluate()
            elif self._clock() - self._kept >= _KEPT_EVERY:
                self._keep()
        if not self._plan.evaluates_after(self._state.step) and not self._state.done:
            self._evaluate()  # time ran out between two evaluations
        self._state.done = True
        self._keep()
        self._restore(self._best)
        self._model.eval()
        return self._state

    def _finished(self) -> bool:
        state = self._state
        return state.done or state.step >= self._plan.steps or state.worse >= self._options.patience or self._late()

    def _late(self) -> bool:
        """Whether one more step, and the evaluation that ends the training, would pass the time limit."""
        if self._options.max_minutes is None or self._state.step == 0:
            return False
        next_step = max(self._paces[1:] or self._paces or [0.0])
        return self._elapsed() + next_step + self._state.score_seconds > self._options.max_minutes * 60

    def _first_score(self) -> None:
        began = self._clock()
        self._job.progress(Progress(stage="tune", done=0, total=self._plan.steps, note="scoring the untuned model"))
        self._state.before = self._state.best = self._score()
        self._state.score_seconds = self._clock() - began

    def _train_step(self) -> None:
        import torch

        began = self._clock()
        rate = self._options.learning_rate * self._plan.rate(self._state.step)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        loss = self._loss_of(self._next_rows())
        torch.nn.utils.clip_grad_norm_(self._weights.values(), self._options.max_norm)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._state.step += 1
        self._state.losses.append(loss)
        self._paces.append(self._clock() - began)
        self._report()
        self._shorten()
        if len(self._paces) == _TIMED + 1 and self._state.step < self._plan.steps:
            self._estimate()

    def _loss_of(self, rows: Sequence[Features]) -> float:
        """The loss of a step, its gradients left in the weights; where memory runs out, again in smaller parts."""
        import torch

        while True:
            torch.manual_seed(self._job.seed * 1_000_003 + self._state.step)  # dropout of this step, and of no other
            cut = micro_batches(rows, tokens=self._options.tokens >> self._state.halvings)
            parts = [[rows[number] for number in part] for part in cut]
            try:
                return self._backward(parts)
            except (RuntimeError, MemoryError) as error:
                if not ran_out(error):
                    raise
                if len(parts) == len(rows):
                    raise ModelError(
                        f"{self._job.name}: memory ran out at step {self._state.step + 1} with a single row of "
                        f"{max(len(row['input_ids']) for row in rows)} tokens. Use shorter passages or fewer "
                        "`distractors`, a smaller model, or a machine with more memory."
                    ) from error
            self._optimizer.zero_grad(set_to_none=True)
            self._state.halvings += 1

    def _backward(self, parts: Sequence[Sequence[Features]]) -> float:
        """Gradients of the mean over all supervised positions of the step, however it is cut into micro batches."""
        whole = sum(_supervised(row) for part in parts for row in part)
        loss = 0.0
        self._model.train()
        for part in parts:
            share = sum(_supervised(row) for row in part) / whole
            mean_loss = self._job.trainee.loss(self._job.trainee.collate(part))
            (mean_loss * share).backward()
            loss += float(mean_loss.detach()) * share
        if not math.isfinite(loss):
            raise ModelError(
                f"{self._job.name}: the loss became {loss} at step {self._state.step + 1}; lower its `learning_rate`, "
                "or "
                'set `dtype = "float32"` where the model is named.'
            )
        return loss

    def _evaluate(self) -> None:
        state, scores = self._state, self._score()
        loss, score = sum(state.losses) / len(state.losses), mean(scores)
        state.history.append(
            {"step": state.step, "epoch": state.step / self._plan.per_epoch, "loss": loss, "score": score}
        )
        state.losses = []
        if score > mean(state.best):
            state.best, state.worse, self._best = scores, 0, self._copied()
        else:
            state.worse += 1
        self._keep()

    def _score(self) -> list[float]:
        scores = [float(score) for score in self._job.score(self._job.trainee, self._dev)]
        if not all(map(math.isfinite, scores)):
            raise ModelError(
                f"{self._job.name}: a held-out score is {mean(scores)} after {counted(self._state.step, 'step')}. "
                + (_SPOILED if self._state.step else _BROKEN)
            )
        return scores

    def _shorten(self) -> None:
        limit = self._options.max_minutes
        if limit is None or self._state.plan is not None or len(self._paces) != _MEASURED + 1:
            return
        self._plan = shortened(
            self._plan,
            done=self._state.step,
            seconds=limit * 60 - self._elapsed(),
            step_seconds=sum(self._paces[1:]) / _MEASURED,
            score_seconds=self._state.score_seconds,
        )
        self._state.plan = asdict(self._plan)

    def _report(self) -> None:
        """Tell how far it is, and how long it will take: of this phase, and without an early stop."""
        state, recent = self._state, self._state.losses[-10:]
        note = (
            f"loss {sum(recent) / len(recent):.3f}, held-out score {mean(state.best):.4f}, "
            f"{readable(self._seconds_left())} left"
        )
        self._job.progress(Progress(stage="tune", done=state.step, total=self._plan.steps, note=note))

    def _estimate(self) -> None:
        """Say, once, how long this course will take: of this phase, without an early stop."""
        if self._state.estimate is not None:
            return  # another try has said so
        self._state.estimate = self._elapsed() + self._seconds_left()
        if self._options.max_minutes is not None:
            self._state.estimate = min(self._state.estimate, self._options.max_minutes * 60)
        note = f"about {readable(self._state.estimate)} on this machine, if it does not stop early"
        self._job.progress(Progress(stage="tune", done=self._state.step, total=self._plan.steps, note=note, stays=True))

    def _seconds_left(self) -> float:
        """By the tokens of the steps to come, and the pace of those of this try but the first, which is slow."""
        if not self._work:
            self._work = self._table.work(self._plan)
        step, paces = self._state.step, self._paces[1:] or self._paces
        pace = sum(paces) / max(1, sum(self._work[step - len(paces) : step]))
        evaluations = math.ceil((self._plan.steps - step) / self._plan.every)
        return sum(self._work[step : self._plan.steps]) * pace + evaluations * self._state.score_seconds

    def _next_rows(self) -> list[Features]:
        epoch, at = divmod(self._state.step, self._plan.per_epoch)
        if epoch != self._epoch:
            self._epoch, self._order = epoch, self._table.rows(epoch)
        return [self._rows[row] for row in self._order[at]]

    def _elapsed(self) -> float:
        return self._state.elapsed + self._clock() - self._began

    def _keep(self) -> None:
        self._state.elapsed, self._began = self._elapsed(), self._clock()
        checkpoint.keep(
            self._job.folder, self._name, self._state, self._weights, self._best, self._optimizer.state_dict()
        )
        self._kept = self._clock()

    def _resume(self) -> None:
        found = checkpoint.find(self._job.folder, self._name)
        if found is None:
            return
        self._state, self._best = found["state"], found["best"]
        self._restore(found["weights"])
        self._optimizer.load_state_dict(found["optimizer"])
        if self._state.plan is not None:
            self._plan = Plan(**self._state.plan)

    def _copied(self) -> dict[str, torch.Tensor]:
        return {name: weight.detach().clone() for name, weight in self._weights.items()}

    def _restore(self, saved: Mapping[str, Any]) -> None:
        import torch

        with torch.no_grad():
            for name, weight in self._weights.items():
                weight.copy_(saved[name])


def _supervised(row: Features) -> int:
    """How many positions of a row are learned from; one where the trainee does not say."""
    return row["supervised"][0] if "supervised" in row else 1
