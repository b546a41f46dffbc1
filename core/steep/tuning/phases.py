"""The phases of a tuning, in sequence, each beginning with the adapter of the one before.

A phase that is done has ``result.json`` in its folder, written after its adapter; it is not repeated. One that was
killed leaves its strategy's checkpoints there, and goes on from them.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.kinds import AdapterRef, TrainingJob, TrainingResult
from steep.values import content_id
from steep.wire import from_json, to_json
from steep.workspace.durable import flush_tree, write_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from steep.kinds import LoraShape, Progress, Strategy, Tunable
    from steep.tuning.examples import Made

_RESULT = "result.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A strategy by name, built, and the options it was built with."""

    name: str
    options: dict[str, Any]
    strategy: Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRunner:
    """Runs phases below ``work``, the folder of one tuning."""

    generator: Tunable
    shape: LoraShape
    seed: int
    work: Path
    progress: Callable[[Progress], None]

    def run(self, number: int, phase: Phase, made: Made, start: AdapterRef | None) -> tuple[TrainingResult, AdapterRef]:
        """The result of a phase, from its folder or by training, and its adapter."""
        folder = self.work / f"phase-{number}"
        adapter = AdapterRef(version=content_id("phase", str(self.work), str(number)), folder=folder / "adapter")
        if (folder / _RESULT).is_file():
            return _read(folder / _RESULT), adapter
        folder.mkdir(parents=True, exist_ok=True)
        trainee = self.generator.trainee(self.shape, self.seed + number, start)
        result = phase.strategy.train(
            TrainingJob(
                trainee=trainee,
                train=made.train,
                dev=made.dev,
                folder=folder,
                seed=self.seed + number,
                progress=self.progress,
            )
        )
        shutil.rmtree(adapter.folder, ignore_errors=True)
        trainee.save(adapter.folder)
        flush_tree(adapter.folder)
        write_text(folder / _RESULT, json.dumps(to_json(result), indent=1))
        return result, adapter


def _read(file: Path) -> TrainingResult:
    return from_json(TrainingResult, json.loads(file.read_text("utf-8")))
