"""The strategy `instruct`: supervised steps on a trainee's rows, the dev score deciding what is kept.

It knows nothing of models: rows, batches, losses and scores are the trainee's (and so is its number format).
On a CPU the same job with the same seed gives the same bits, resumed or not; a time limit that binds makes the
number of steps, and nothing else, depend on the machine's speed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from steep.errors import DatasetError
from steep.kinds import Progress, Settles, TrainingResult
from steep.values import content_id
from steep_plugins.strategies.instruct.course import Course

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.kinds import Example, TrainingJob
    from steep_plugins.strategies import InstructOptions


class Instruct:
    """``clock`` counts seconds; only the time limit and the time left that progress shows depend on it."""

    def __init__(self, options: InstructOptions, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._options = options
        self._clock = clock

    def train(self, job: TrainingJob) -> TrainingResult:
        import torch

        rows, dropped = job.trainee.encode(job.train)
        if not rows:
            lost = ", ".join(f"{count} {reason}" for reason, count in dropped.reasons.items())
            raise DatasetError(f"none of {len(job.train)} pairs can be trained on ({lost or 'there are none'}).")
        dev = chosen(job.dev, self._options.dev_rows)
        if not dev or not job.trainee.encode(dev)[0]:
            raise DatasetError(
                f"none of {len(job.dev)} dev pairs can be scored, so nothing would tell when to stop. Make more pairs, "
                "or raise `dev` in [synthesize]."
            )
        weight = next(job.trainee.model.parameters())
        with torch.random.fork_rng(devices=[weight.device] if weight.is_cuda else []):
            state = Course(job, self._options, rows, dev, self._clock).run()
        # run() has scored at least once
        assert state.score_before is not None
        assert state.best is not None
        after = state.best
        if isinstance(job.trainee, Settles):
            job.progress(Progress(stage="tune", done=state.step, total=state.step, note="settling how sure it may be"))
            after = job.trainee.settle(job.train, dev)
        return TrainingResult(
            score_before=state.score_before,
            score_after=after,
            steps=state.step,
            seconds=state.elapsed,
            history=tuple(state.history),
            dropped=dropped,
        )


def chosen(examples: Sequence[Example], most: int) -> tuple[Example, ...]:
    """At most so many examples, picked by a hash of each pair: the same ones wherever the others come and go."""
    if len(examples) <= most:
        return tuple(examples)
    ranked = sorted(examples, key=lambda example: content_id("dev", example.pair.id))
    return tuple(ranked[:most])
