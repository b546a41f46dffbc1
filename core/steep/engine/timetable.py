"""What each step of a course reads, known before the first one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from steep.engine.packing import bundles
from steep.engine.plan import batches, plan_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.engine.plan import Plan
    from steep.kinds import CourseOptions, Features


class Timetable:
    """The rows of each step, and how many tokens they have; ``plan`` is that of a course that nothing shortens."""

    def __init__(self, features: Sequence[Features], options: CourseOptions, seed: int) -> None:
        self._options = options
        self._seed = seed
        self._bundles = bundles(features)
        self._lengths = [max(map(len, row.values())) for row in features]
        self.plan = plan_of(
            rows=len(features),
            batch=options.batch,
            epochs=options.epochs,
            evaluations=options.evaluations,
            warmup=options.warmup,
            max_steps=options.max_steps,
        )

    def rows(self, epoch: int) -> list[list[int]]:
        """The rows of each step of an epoch."""
        return batches(self._bundles, self._lengths, size=self._options.batch, epoch=epoch, seed=self._seed)

    def tokens(self, rows: Sequence[int]) -> int:
        return sum(self._lengths[row] for row in rows)

    def work(self, plan: Plan) -> list[int]:
        """The tokens of each step of a plan, to the end of its last epoch."""
        return [
            self.tokens(rows) for epoch in range(math.ceil(plan.steps / plan.per_epoch)) for rows in self.rows(epoch)
        ]
