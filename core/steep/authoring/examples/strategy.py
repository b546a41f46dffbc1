"""Trains the adapter with plain AdamW, and leaves it as it was after its best epoch.

After each epoch the state is saved, so that a training that was killed goes on with the epoch it was in.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

import torch
from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import DatasetError
from steep.kinds import Progress, Settles, TrainingResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from steep.kinds import Strategy, TrainingJob


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-strategy"`."""

    epochs: int = Field(default=3, ge=1, description="how often each row is seen, at most")
    learning_rate: float = Field(default=5e-4, gt=0, description="constant; LoRA wants some ten times a full model's")
    batch: int = Field(default=8, ge=1, description="rows a step")


Features = list["Mapping[str, list[int]]"]


class MyStrategy:
    """Every row once an epoch, in an order that the job's seed decides; every other draw comes from it too."""

    def __init__(self, *, epochs: int, learning_rate: float, batch: int) -> None:
        self._epochs = epochs
        self._learning_rate = learning_rate
        self._batch = batch

    def train(self, job: TrainingJob) -> TrainingResult:
        began = time.perf_counter()
        features, dropped = job.trainee.encode(job.train)
        if not features:
            raise DatasetError("the strategy `my-strategy` got no row to train on; run `steep synthesize`.")
        trained = [each for each in job.trainee.model.parameters() if each.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=self._learning_rate)
        file = job.folder / "my-strategy.pt"
        state = self._resumed(job, file, trained, optimizer)
        for epoch in range(len(state["history"]), self._epochs):
            loss = self._epoch(job, optimizer, features, epoch)
            score = job.trainee.score(job.dev)
            state["history"].append({"epoch": epoch + 1.0, "loss": loss, "score": score})
            if score > state["best"]:
                state |= {"best": score, "kept": _copied(trained)}
            _saved(state | {"last": _copied(trained), "optimizer": optimizer.state_dict()}, file)
        _restored(trained, state["kept"])
        trainee = job.trainee
        return TrainingResult(
            score_before=state["before"],
            score_after=trainee.settle(job.train, job.dev) if isinstance(trainee, Settles) else state["best"],
            steps=self._epochs * self._steps(features),
            seconds=time.perf_counter() - began,
            history=tuple(state["history"]),
            dropped=dropped,
        )

    def _steps(self, features: Features) -> int:
        return -(-len(features) // self._batch)

    def _resumed(self, job: TrainingJob, file: Path, trained: list[Any], optimizer: Any) -> dict[str, Any]:
        """The state that was saved for this job, put back into the model; or the one to begin with."""
        job.trainee.model.eval()
        settings = [self._learning_rate, self._batch, job.seed, len(job.train)]
        saved = torch.load(file, weights_only=True) if file.exists() else {}
        if saved.get("settings") == settings:
            _restored(trained, saved["last"])
            optimizer.load_state_dict(saved["optimizer"])
            return {name: value for name, value in saved.items() if name not in ("last", "optimizer")}
        score = job.trainee.score(job.dev)
        return {"settings": settings, "before": score, "best": score, "kept": _copied(trained), "history": []}

    def _epoch(self, job: TrainingJob, optimizer: Any, features: Features, epoch: int) -> float:
        """The mean loss of one pass."""
        steps, model = self._steps(features), job.trainee.model
        rows = random.Random(f"{job.seed} {epoch}").sample(features, len(features))
        losses = []
        model.train()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(job.seed * 1000 + epoch)  # for dropout
            for step in range(steps):
                batch = job.trainee.collate(rows[step * self._batch : (step + 1) * self._batch])
                loss = model(**batch).loss
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 1.0)
                optimizer.step()
                losses.append(float(loss.detach()))
                done, note = epoch * steps + step + 1, f"loss {losses[-1]:.3f}"
                job.progress(Progress(stage="tune", done=done, total=self._epochs * steps, note=note))
        model.eval()
        return sum(losses) / steps


def _copied(parameters: list[Any]) -> list[Any]:
    return [each.detach().clone() for each in parameters]


def _restored(parameters: list[Any], values: list[Any]) -> None:
    with torch.no_grad():
        for parameter, value in zip(parameters, values, strict=True):
            parameter.copy_(value)


def _saved(state: dict[str, Any], file: Path) -> None:
    """Written beside and moved into place: a kill leaves the old state or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    torch.save(state, beside)
    beside.replace(file)


def build(options: Options, context: Context) -> Strategy:
    return MyStrategy(epochs=options.epochs, learning_rate=options.learning_rate, batch=options.batch)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="strategy",
        name="my-strategy",
        summary="AdamW over every row, epoch by epoch, keeping the best",
        config=Options,
        build=build,
    )
