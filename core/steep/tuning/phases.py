"""The phases of a tuning, in sequence, each beginning with the adapter of the one before.

A phase that is done has ``result.json`` in its folder, written after its adapter; it is not repeated. One that was
killed leaves its course's checkpoint there, and goes on from it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.engine.adapters import adapter_of
from steep.engine.course import Job, Outcome, train
from steep.tuning.answered import scorer
from steep.values import content_id
from steep.wire import from_json, to_json
from steep.workspace.durable import flush_tree, write_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from steep.kinds import AdapterRef, LoraShape, Progress, Trainee, Tunable
    from steep.tuning.recipes import Phase
    from steep.tuning.rows import PhaseRows

_RESULT = "result.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRunner:
    """Runs phases below ``work``, the folder of one tuning; the first goes on from ``start``, where there is one."""

    tuned: Tunable
    shape: LoraShape
    seed: int
    work: Path
    progress: Callable[[Progress], None]
    start: AdapterRef | None = None

    def trainee(self, number: int = 0, adapter: AdapterRef | None = None) -> Trainee:
        """With an adapter; without one as the tuning begins."""
        return self.tuned.trainee(self.shape, self.seed + number, adapter or self.start)

    def run(self, number: int, phase: Phase, rows: PhaseRows, before: AdapterRef | None) -> tuple[Outcome, AdapterRef]:
        """The outcome of a phase, from its folder or by training, and its adapter; ``before`` is the last phase's."""
        folder = self._folder(number)
        saved, version = folder / "adapter", content_id("phase", str(self.work), str(number))
        if (folder / _RESULT).is_file():
            return from_json(Outcome, json.loads((folder / _RESULT).read_text("utf-8"))), adapter_of(saved, version)
        folder.mkdir(parents=True, exist_ok=True)
        trainee = self.trainee(number, before)
        outcome = train(self.job(number, phase, rows, trainee))
        shutil.rmtree(saved, ignore_errors=True)
        trainee.save(saved)
        flush_tree(saved)
        write_text(folder / _RESULT, json.dumps(to_json(outcome), indent=1))
        return outcome, adapter_of(saved, version)

    def job(self, number: int, phase: Phase, rows: PhaseRows, trainee: Trainee) -> Job:
        """What a phase wants of the trainee."""
        return Job(
            name=phase.place,
            trainee=trainee,
            train=rows.train,
            dev=rows.dev,
            folder=self._folder(number),
            seed=self.seed + number,
            options=phase.course,
            score=scorer(phase.course),
            progress=self.progress,
        )

    def _folder(self, number: int) -> Path:
        return self.work / f"phase-{number}"
