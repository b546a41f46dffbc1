"""How long a course will take, before its first step: a little of it is done, timed, and thrown away.

What is timed is one micro batch, forwards and backwards, and the scoring of a few held-out rows; the plan says how much
of both there will be. Nothing of it stays: no weight changes, and what others draw by chance is left alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.engine.course import chosen
from steep.engine.memory import ran_out
from steep.engine.packing import micro_batches
from steep.engine.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.engine.course import Job
    from steep.kinds import Features

_TOKENS = 512  # of the micro batch that is timed: enough to know the pace, and seconds even where it is slow
_SCORED = 4  # held-out rows that are scored, or
_ANSWERED = 8  # answered: so many are written together


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """How many steps a course has, the tokens of their rows, and how many seconds all takes without an early stop."""

    steps: int
    tokens: int
    seconds: float


def forecast(job: Job) -> Forecast | None:
    """None where nothing can be learned or scored, or memory is too small: the course will say so."""
    import torch

    features, _ = job.trainee.encode(job.train)
    dev = chosen(job.dev, job.options.dev_rows)
    if not features or not dev or not job.trainee.encode(dev)[0]:
        return None
    table = Timetable(features, job.options, job.seed)
    weight = next(job.trainee.model.parameters())
    with torch.random.fork_rng(devices=[weight.device] if weight.is_cuda else []):
        try:
            score_seconds = _score_seconds(job, dev)
            pace = _pace(job, features, table)
        except (RuntimeError, MemoryError) as error:
            if not ran_out(error):
                raise
            return None
    plan = table.plan
    tokens = sum(table.work(plan)[: plan.steps])
    evaluations = 1 + math.ceil(plan.steps / plan.every)  # one before the first step
    seconds = tokens * pace + evaluations * score_seconds
    if job.options.max_minutes is not None:
        seconds = min(seconds, job.options.max_minutes * 60)
    return Forecast(steps=plan.steps, tokens=tokens, seconds=seconds)


def _score_seconds(job: Job, dev: Sequence[object]) -> float:
    """What one evaluation takes, by a few of the rows."""
    answered = job.options.answered
    sample = chosen(job.dev, min(len(dev), _ANSWERED if answered else _SCORED))
    began = job.clock()
    job.score(job.trainee, sample)
    share = min(answered or len(dev), len(dev)) / min(answered or len(sample), len(sample))
    return (job.clock() - began) * share


def _pace(job: Job, features: Sequence[Features], table: Timetable) -> float:
    """Seconds a token of the first step's first micro batch, after a row for the wheels to turn."""
    first = table.rows(0)[0]
    rows = [features[row] for row in first]
    most = min(job.options.tokens, _TOKENS)
    part = micro_batches(rows, tokens=most)[0]
    shortest = min(rows, key=lambda row: max(map(len, row.values())))
    _learned(job, [shortest])
    began = job.clock()
    _learned(job, [rows[number] for number in part])
    return (job.clock() - began) / max(1, table.tokens([first[number] for number in part]))


def _learned(job: Job, rows: Sequence[Features]) -> None:
    """Forwards and backwards; the gradients are dropped."""
    import torch

    model = job.trainee.model
    model.train()
    job.trainee.loss(job.trainee.collate(rows)).backward()
    for weight in model.parameters():
        weight.grad = None
        if weight.is_cuda:
            torch.cuda.synchronize(weight.device)
    model.eval()
