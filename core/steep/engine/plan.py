"""What happens at which step: pure functions of the seed and the number of steps, so that any step can be repeated."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def plan_of(*, rows: int, batch: int, epochs: int, evaluations: int, warmup: float, max_steps: int = 0) -> Plan:
    """``max_steps`` 0 means as many as the epochs want."""
    per_epoch = math.ceil(rows / batch)
    steps = min(per_epoch * epochs, max_steps or per_epoch * epochs)
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


def batches(
    bundles: Sequence[Sequence[int]], lengths: Sequence[int], *, size: int, epoch: int, seed: int
) -> list[list[int]]:
    """The rows of each step of an epoch, every row once: those of a bundle beside each other, similar lengths together.

    ``bundles`` are rows that share a beginning; a bundle of one shares nothing.
    """
    chance = random.Random(f"{seed} {epoch}")
    order = list(bundles)
    chance.shuffle(order)
    cut: list[list[int]] = []
    for pool in _pools(order, size * _POOL):
        pool.sort(key=lambda bundle: max(lengths[row] for row in bundle))
        rows = [row for bundle in pool for row in bundle]
        cut += [rows[at : at + size] for at in range(0, len(rows), size)]
    chance.shuffle(cut)
    return cut


def _pools(bundles: Sequence[Sequence[int]], most: int) -> Iterator[list[Sequence[int]]]:
    """Bundles together until they hold ``most`` rows; what is beyond stays for the next pool."""
    pool: list[Sequence[int]] = []
    held = 0
    for bundle in bundles:
        rest = bundle
        while held + len(rest) >= most:
            yield [*pool, rest[: most - held]]
            rest, pool, held = rest[most - held :], [], 0
        if rest:
            pool.append(rest)
            held += len(rest)
    if pool:
        yield pool
