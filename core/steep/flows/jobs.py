"""jobs: a job is a run that somebody else watches, in a process of its own: a kill, or a lack of memory, ends it alone.

One job at a time is at work in a project; another is refused. What a job does resumes as the same command does, so a
job that was stopped, killed or lost is simply started again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from steep.answering.identity import new_id
from steep.errors import Busy, NotThere, WorkspaceError
from steep.wire import to_json
from steep.workspace.jobs import LOG, Job, Tail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from steep.values import Caller
    from steep.workspace.project import Project

__all__ = ["KINDS", "JobKind", "Starter", "job_json"]

JobKind = Literal["index", "synthesize", "tune", "measure", "run"]
KINDS: tuple[JobKind, ...] = ("index", "synthesize", "tune", "measure", "run")

_LOST = "it ended without a word: killed, or out of memory; its log says how far it came. Start it again: it resumes."
_UNBORN = "it ended before it began; its log says why."
_SHOWN = 2_000  # bytes of a log that says why a process did not begin
_PATIENCE = 10.0  # seconds for a killed process to be gone


class Starter:
    """Starts the jobs of a project, stops them, and finds out what became of them; thread-safe."""

    def __init__(self, project: Project, *, random: Callable[[int], bytes] = os.urandom) -> None:
        self._project = project
        self._random = random
        self._lock = threading.RLock()
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, kind: JobKind, options: Mapping[str, Any], caller: Caller) -> Job:
        """Start a job; raises Busy where another, or a command, is at work in this project."""
        with self._lock:
            self.settle()
            if kind != "measure":
                with self._project.writing():  # a command line that holds it would make the job fail
                    pass
            now = self._project.clock()
            job = Job(
                id=new_id(now, self._random(10)),
                kind=kind,
                caller=caller.name,
                created=now,
                options=dict(options),
                pid=os.getpid(),
            )
            if not self._project.jobs.add(job):
                other = self._project.jobs.active()
                told = f"the job {other.id} ({other.kind})" if other else "another job"
                raise Busy(f"{told} is at work; wait for its end, or stop it.")
            self._spawn(job)
            return self.found(job.id)

    def stop(self, identity: str, *, kill: bool = False) -> Job:
        """Ask a job to stop, as Ctrl-C does, or ``kill`` it; one that has ended stays as it is."""
        job = self.found(identity)
        jobs, now = self._project.jobs, self._project.clock()
        if job.state == "starting" and jobs.change(
            identity, was="starting", state="stopped", ended=now, message="stopped before it began."
        ):
            return self.found(identity)
        if self.found(identity).state == "running" and jobs.alive(identity):
            self._signal(self.found(identity), kill=kill)
        return self.found(identity)

    def found(self, identity: str) -> Job:
        """A job as it stands; raises NotThere."""
        self.settle()
        job = self._project.jobs.get(identity)
        if job is None:
            raise NotThere(f"there is no job with the id {identity!r}.")
        return job

    def newest(self, limit: int = 50) -> tuple[Job, ...]:
        self.settle()
        return self._project.jobs.newest(limit)

    def settle(self) -> None:
        """Find out whether the job that is at work is: after a kill or a restart it may not be."""
        with self._lock:
            self._children = {name: each for name, each in self._children.items() if each.poll() is None}
            job = self._project.jobs.active()
            if job is None or self._project.records.read_only:
                return
            now = self._project.clock()
            if job.state == "starting" and not self._is_starting(job):
                said = self._project.jobs.log(job.id, most=_SHOWN).strip().splitlines()
                message = f"{_UNBORN} {said[-1] if said else ''}".strip()
                self._project.jobs.change(job.id, was="starting", state="failed", ended=now, message=message)
            elif job.state == "running" and not self._project.jobs.alive(job.id):
                self._project.jobs.change(job.id, was="running", state="lost", ended=now, message=_LOST)

    def _spawn(self, job: Job) -> None:
        folder = self._project.jobs.folder(job.id)
        # a list of words, no shell; -P and a folder of its own, so that nothing beside the documents is imported
        command = [sys.executable, "-P", "-m", "steep", "jobs", "work", job.id, "-C", str(self._project.folder)]
        try:
            with (folder / LOG).open("wb") as log:
                child = self._children[job.id] = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=folder,
                    env={**os.environ, "PYTHONPATH": _absolute_path()},
                    start_new_session=True,
                )
            # so that it is not left behind as a zombie, whoever started it
            threading.Thread(target=child.wait, daemon=True, name=f"job {job.id}").start()
        except OSError as error:
            message = f"its process could not be started ({error.strerror})."
            self._project.jobs.change(
                job.id, was="starting", state="failed", ended=self._project.clock(), message=message
            )
            raise WorkspaceError(f"the job was not started: {message}") from error
        self._project.jobs.change(job.id, was="starting", pid=child.pid)

    def _is_starting(self, job: Job) -> bool:
        child = self._children.get(job.id)
        if child is not None:
            return child.poll() is None
        return job.pid is not None and job.pid != os.getpid() and _exists(job.pid)

    def _signal(self, job: Job, *, kill: bool) -> None:
        """The process and those that it started, as a terminal does; the lock it holds says that the id is its own."""
        if job.pid is None:
            return
        try:
            if os.name == "nt":
                os.kill(job.pid, signal.SIGTERM)
            else:
                os.killpg(job.pid, signal.SIGKILL if kill else signal.SIGINT)
        except ProcessLookupError:
            return
        if kill:
            with self._project.jobs.lock(job.id).acquire(timeout=_PATIENCE):
                self._project.jobs.change(
                    job.id,
                    was="running",
                    state="stopped",
                    ended=self._project.clock(),
                    message="killed; what was committed before is intact. Start it again: it resumes.",
                )


def job_json(project: Project, job: Job) -> dict[str, Any]:
    """A job as `steep jobs show --json` prints it; ``progress`` is the last step that it told of."""
    steps = [event["data"] for event in Tail(project.jobs.folder(job.id)).read() if event["event"] == "progress"]
    told: dict[str, Any] = to_json(job)
    return {**told, "at_work": job.at_work, "progress": steps[-1] if steps else None}


def _absolute_path() -> str:
    """PYTHONPATH as it means the same in any folder."""
    given = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join(str(Path(part).absolute()) for part in given.split(os.pathsep) if part)


def _exists(pid: int) -> bool:
    if os.name == "nt":
        return True  # there, asking would end it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
