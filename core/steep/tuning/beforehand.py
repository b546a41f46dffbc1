"""What a tuning will take, said before its first step; the first steps of each phase correct it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.engine.forecast import Forecast, forecast
from steep.kinds import Progress
from steep.wire import from_json, to_json
from steep.wording import counted, readable
from steep.workspace.durable import write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Trainee
    from steep.tuning.phases import PhaseRunner
    from steep.tuning.recipes import Phase
    from steep.tuning.rows import PhaseRows

_FILE = "beforehand.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseAhead:
    """A phase that is still to come. ``seconds`` is None where nothing could be timed."""

    use: str
    objective: str
    rows: int
    dev_rows: int
    steps: int | None
    tokens: int | None
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    phases: tuple[PhaseAhead, ...]

    @property
    def seconds(self) -> float | None:
        """Of all phases, evaluations included, if none stops early; what is measured around them is not in it."""
        known = [each.seconds for each in self.phases if each.seconds is not None]
        return sum(known) if len(known) == len(self.phases) else None

    @property
    def steps(self) -> int:
        return sum(each.steps or 0 for each in self.phases)

    def said(self) -> str:
        if self.seconds is None:
            return ""
        phases = f", {counted(len(self.phases), 'phase')}" if len(self.phases) > 1 else ""
        return f"about {readable(self.seconds)} of training ahead ({counted(self.steps, 'step')}{phases})"


def beforehand(
    runner: PhaseRunner, trainee: Trainee, phases: Sequence[Phase], rows: Sequence[PhaseRows], *, keep: bool
) -> Ahead:
    """Timed on ``trainee``, which is not trained. ``keep`` lets a try that goes on have what was said at first."""
    file = runner.work / _FILE
    if keep and file.is_file():
        return from_json(Ahead, json.loads(file.read_text("utf-8")))
    runner.progress(Progress(stage="tune", done=0, note="timing a little of it"))
    ahead = Ahead(
        phases=tuple(
            _phase(phase, made, forecast(runner.job(number, phase, made, trainee)))
            for number, (phase, made) in enumerate(zip(phases, rows, strict=True))
        )
    )
    if keep:
        runner.work.mkdir(parents=True, exist_ok=True)
        write_text(file, json.dumps(to_json(ahead)))
    if said := ahead.said():
        note = f"{said}, if nothing stops early; the first steps will tell better"
        runner.progress(Progress(stage="tune", done=0, total=ahead.steps, note=note, stays=True))
    return ahead


def _phase(phase: Phase, made: PhaseRows, found: Forecast | None) -> PhaseAhead:
    return PhaseAhead(
        use=phase.name,
        objective=phase.objective,
        rows=len(made.train),
        dev_rows=len(made.dev),
        steps=found.steps if found else None,
        tokens=found.tokens if found else None,
        seconds=found.seconds if found else None,
    )
