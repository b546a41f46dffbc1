"""perform: the work of a job, in the process that was started for it, with its events written as they come."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import traceback
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from steep.errors import Interrupted, NotThere, SteepError
from steep.flows.index import index
from steep.flows.measure import measure
from steep.flows.run import run
from steep.flows.synthesize import synthesize
from steep.flows.tune import TuneRequest, tune
from steep.values import StageEnded, StageStarted
from steep.wire import to_json
from steep.workspace.jobs import EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from steep.kinds import Progress
    from steep.values import Event
    from steep.workspace.jobs import Job, State
    from steep.workspace.project import Project

__all__ = ["Journal", "perform"]

_PATIENCE = 10.0  # seconds: whoever looks whether a job lives holds its lock for a moment
_EVERY = 0.5
_ANSWERING = "answer"  # a flow inside a flow: a measuring answers thousands of questions


class Journal:
    """Writes what happens as lines of JSON, numbered from 1, of steps no more than somebody can watch.

    ``clock`` gives seconds since the epoch, ``ticks`` seconds from any beginning.
    """

    def __init__(
        self, folder: Path, *, clock: Callable[[], float], ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._file = folder / EVENTS
        self._clock = clock
        self._ticks = ticks
        self._lock = threading.Lock()
        self._number = 0
        self._stage = ""
        self._last = 0.0

    def step(self, step: Progress) -> None:
        """Write a step: the first and the last of its stage, what is to stay, and those between now and then."""
        now = self._ticks()
        whole = step.total is not None and step.done >= step.total
        if step.stage == self._stage and not (whole or step.stays) and now - self._last < _EVERY:
            return
        self._stage, self._last = step.stage, now
        self.write("progress", asdict(step))

    def saw(self, event: Event) -> None:
        if isinstance(event, StageStarted | StageEnded) and event.flow != _ANSWERING:
            self.write("stage", {"began": isinstance(event, StageStarted), **to_json(event)})

    def write(self, name: str, data: Any) -> None:
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            self._number += 1
            line = {"id": self._number, "event": name, "at": self._clock(), "data": data}
            file.write(json.dumps(line, allow_nan=True) + "\n")


def perform(project: Project, identity: str, *, progress: Callable[[Progress], None] = lambda step: None) -> None:
    """Do the work of a job that was started, and keep what came of it; one that was stopped before is left.

    SIGINT and SIGTERM stop it; it is this process's only work.
    """
    job = project.jobs.get(identity)
    if job is None:
        raise NotThere(f"there is no job with the id {identity!r}.")
    for each in (signal.SIGINT, signal.SIGTERM):  # also where whoever started it ignored them
        signal.signal(each, signal.default_int_handler)
    with project.jobs.lock(identity).acquire(timeout=_PATIENCE):
        if not project.jobs.change(identity, was="starting", state="running", pid=os.getpid()):
            return
        state, message, result = _outcome(project, job, progress)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        project.jobs.change(identity, was="running", state=state, message=message, result=result, ended=project.clock())


def _outcome(project: Project, job: Job, progress: Callable[[Progress], None]) -> tuple[State, str, Any]:
    journal = Journal(project.jobs.folder(job.id), clock=project.clock)
    project.follow(journal)

    def step(made: Progress) -> None:
        journal.step(made)
        progress(made)

    try:
        summary = _work(project, job, step)
        return "done", "", summary.to_json() if hasattr(summary, "to_json") else to_json(summary)
    except (Interrupted, KeyboardInterrupt):
        return "stopped", "stopped; what was finished is kept. Start it again: it resumes.", None
    except SteepError as error:
        return "failed", str(error), None
    except Exception as error:  # a defect, of steep or of a plugin: its place is in the log
        traceback.print_exc()
        return "failed", f"unexpected {type(error).__name__}: {error}. The log shows where.", None


def _work(project: Project, job: Job, progress: Callable[[Progress], None]) -> Any:
    if job.kind == "tune":
        return tune(project, progress=progress, request=TuneRequest(**job.options))
    flows: dict[str, Callable[..., Any]] = {"index": index, "synthesize": synthesize, "measure": measure, "run": run}
    return flows[job.kind](project, progress=progress, **job.options)
