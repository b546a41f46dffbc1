"""What happens at which step: pure functions of the seed and the number of steps, so that any step can be repeated."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_POOL = 20  # batches whose rows are sorted by length together: little padding, much chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``steps`` in all, ``per_epoch`` of them an epoch; the dev score is taken after ``every`` steps."""

    steps: int
    per_epoch: int
    every: int
    warmup: int

    def evaluates_after(self, step: int) -> bool:
        return step % self.every == 0 or step >= self.steps

    def rate(self, step: int) -> float:
        """The share of the highest learning rate: a line up, then a cosine down to zero."""
        if step < self.warmup:
            return (step + 1) / self.warmup
        return 0.5 * (1 + math.cos(math.pi * (step - self.warmup) / max(1, self.steps - self.warmup)))


def plan_of(
    *, rows: int, batch: int, epochs: int, evaluations: int, warmup: float, max_steps: int | None = None
) -> Plan:
    per_epoch = math.ceil(rows / batch)
    steps = per_epoch * epochs if max_steps is None else min(per_epoch * epochs, max_steps)
    every = max(1, math.ceil(min(per_epoch, steps) / evaluations))
    return Plan(steps=steps, per_epoch=per_epoch, every=every, warmup=math.ceil(steps * warmup))


def shortened(plan: Plan, *, done: int, seconds: float, step_seconds: float, score_seconds: float) -> Plan:
    """The plan if its remaining steps, with their evaluations, fit into ``seconds``; else one that fits."""
    affordable = int(seconds / (step_seconds + score_seconds / plan.every))
    if done + affordable >= plan.steps:
        return plan
    steps = done + max(1, affordable)
    share = plan.warmup / plan.steps
    return replace(plan, steps=steps, every=min(plan.every, math.ceil(steps / 2)), warmup=math.ceil(steps * share))


def batches(lengths: Sequence[int], *, size: int, epoch: int, seed: int) -> list[list[int]]:
    """The rows of each step of an epoch, every row once, rows of similar length together."""
    chance = random.Random(f"{seed} {epoch}")
    order = list(range(len(lengths)))
    chance.shuffle(order)
    pools = [order[at : at + size * _POOL] for at in range(0, len(order), size * _POOL)]
    cut: list[list[int]] = []
    for pool in pools:
        pool.sort(key=lambda row: lengths[row])
        cut += [pool[at : at + size] for at in range(0, len(pool), size)]
    chance.shuffle(cut)
    return cut
