"""One training from its first step, or from where it stopped, to its end."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from steep.errors import ModelError
from steep.kinds import Progress
from steep_plugins.strategies.instruct import checkpoint
from steep_plugins.strategies.instruct.checkpoint import State
from steep_plugins.strategies.instruct.plan import Plan, batches, plan_of, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import torch

    from steep.kinds import Example, TrainingJob
    from steep_plugins.strategies import InstructOptions

    Row = Mapping[str, list[int]]

_MEASURED = 4  # steps timed, after a first slow one, before a time limit may shorten the plan
_KEPT_EVERY = 60.0  # seconds between checkpoints where evaluations are rarer


class Course:
    """Holds what changes during training: weights, optimizer, state. ``run`` may be called once."""

    def __init__(
        self,
        job: TrainingJob,
        options: InstructOptions,
        rows: Sequence[Row],
        dev: Sequence[Example],
        clock: Callable[[], float],
    ) -> None:
        import torch

        self._job, self._options, self._rows, self._dev, self._clock = job, options, rows, dev, clock
        self._model = job.trainee.model
        self._weights = {name: each for name, each in self._model.named_parameters() if each.requires_grad}
        if not self._weights:
            raise ModelError("the trainee has no weights to train; its `model` must be a PEFT model made for training.")
        self._optimizer = torch.optim.AdamW(
            self._weights.values(), lr=options.learning_rate, weight_decay=options.weight_decay
        )
        self._plan = plan_of(
            rows=len(rows),
            batch=options.batch,
            epochs=options.epochs,
            evaluations=options.evaluations,
            warmup=options.warmup,
            max_steps=options.max_steps,
        )
        self._name = checkpoint.fingerprint(
            self._weights, options.model_dump_json(), str(job.seed), repr(list(rows)), repr([x.pair.id for x in dev])
        )
        self._state = State()
        self._best = self._copied()
        self._began = self._kept = clock()
        self._paces: list[float] = []  # seconds of each step of this try
        self._epoch, self._order = -1, list[list[int]]()

    def run(self) -> State:
        self._resume()
        if self._state.score_before is None:
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
        score = self._score()
        self._state.score_before = self._state.best = score
        self._state.score_seconds = self._clock() - began

    def _train_step(self) -> None:
        import torch

        began = self._clock()
        rate = self._options.learning_rate * self._plan.rate(self._state.step)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        torch.manual_seed(self._job.seed * 1_000_003 + self._state.step)  # dropout of this step, and of no other
        loss = self._backward(self._next_rows())
        torch.nn.utils.clip_grad_norm_(self._weights.values(), self._options.max_norm)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._state.step += 1
        self._state.losses.append(loss)
        self._paces.append(self._clock() - began)
        self._report()
        self._shorten()

    def _backward(self, rows: Sequence[Row]) -> float:
        """Gradients of the mean over all supervised positions of the step, however it is cut into micro batches."""
        size = self._options.micro_batch or len(rows)
        whole = sum(_supervised(row) for row in rows)
        loss = 0.0
        self._model.train()
        for at in range(0, len(rows), size):
            part = rows[at : at + size]
            share = sum(_supervised(row) for row in part) / whole
            mean = self._model(**self._job.trainee.collate(part)).loss
            (mean * share).backward()
            loss += float(mean.detach()) * share
        if not math.isfinite(loss):
            raise ModelError(
                f"the loss became {loss} at step {self._state.step + 1}; lower `learning_rate` of the phase, or set "
                '`dtype = "float32"` in [generator].'
            )
        return loss

    def _evaluate(self) -> None:
        state, score = self._state, self._score()
        loss = sum(state.losses) / len(state.losses)
        state.history.append(
            {"step": state.step, "epoch": state.step / self._plan.per_epoch, "loss": loss, "score": score}
        )
        state.losses = []
        if state.best is None or score > state.best:
            state.best, state.worse, self._best = score, 0, self._copied()
        else:
            state.worse += 1
        self._keep()

    def _score(self) -> float:
        score = float(self._job.trainee.score(self._dev))
        if not math.isfinite(score):
            raise ModelError(f"the dev score is {score} after {self._state.step} steps; the model cannot be trusted.")
        return score

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
        state, recent = self._state, self._state.losses[-10:]
        note = [f"loss {sum(recent) / len(recent):.3f}", f"dev {state.best:.4f}"]
        pace = sum(self._paces) / len(self._paces) + state.score_seconds / self._plan.every
        note.append(f"{_readable((self._plan.steps - state.step) * pace)} left")
        self._job.progress(Progress(stage="tune", done=state.step, total=self._plan.steps, note=", ".join(note)))

    def _next_rows(self) -> list[Row]:
        epoch, at = divmod(self._state.step, self._plan.per_epoch)
        if epoch != self._epoch:
            lengths = [max(map(len, row.values())) for row in self._rows]
            self._epoch, self._order = (
                epoch,
                batches(lengths, size=self._options.batch, epoch=epoch, seed=self._job.seed),
            )
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


def _supervised(row: Row) -> int:
    """How many positions of a row are learned from; one where the trainee does not say."""
    return int(row["supervised"][0]) if "supervised" in row else 1


def _readable(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
