"""Jobs: runs that somebody else watches. Each is a row, and a folder with its events and its log.

The process that does the work holds a lock in that folder while it lives, so that anybody can tell, after a kill or a
restart too, whether it is still at it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import filelock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from steep.records.database import Database
    from steep.records.rows import Row

State = Literal["starting", "running", "done", "failed", "stopped", "lost"]
AT_WORK: tuple[State, ...] = ("starting", "running")
EVENTS, LOG, _LOCK = "events.jsonl", "log.txt", "alive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """``message`` says why it failed or was lost; ``result`` is the summary of its flow, as JSON values."""

    id: str
    kind: str
    caller: str
    created: float
    options: Mapping[str, Any] = field(default_factory=dict)
    state: State = "starting"
    pid: int | None = None
    ended: float | None = None
    message: str = ""
    result: Mapping[str, Any] | None = None

    @property
    def at_work(self) -> bool:
        return self.state in AT_WORK


class Jobs:
    """The jobs of a project; one at a time is at work."""

    def __init__(self, records: Database, folder: Path) -> None:
        self._records = records
        self._folder = folder

    def folder(self, identity: str) -> Path:
        return self._folder / identity

    def lock(self, identity: str) -> filelock.BaseFileLock:
        """Held by the process that does the work."""
        return filelock.FileLock(self.folder(identity) / _LOCK)

    def alive(self, identity: str) -> bool:
        if not self.folder(identity).is_dir():
            return False
        lock = self.lock(identity)
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            return True
        lock.release()
        return False

    def add(self, job: Job) -> bool:
        """Keep a job that is about to start; False where another one is at work."""
        self.folder(job.id).mkdir(parents=True, mode=0o700)
        with self._records.transaction() as write:
            write.add("jobs", [_row(job)])
            return write.one("jobs", id=job.id) is not None

    def change(self, identity: str, *, was: State, **values: Any) -> bool:
        """Move a job on from a state; False where it is in another one by now. What has ended leaves its place."""
        row = dict(values)
        if row.get("state", was) not in AT_WORK:
            row["slot"] = None
        if "result" in row:
            row["result"] = json.dumps(row["result"])
        with self._records.transaction() as write:
            return bool(write.change("jobs", row, id=identity, state=was))

    def get(self, identity: str) -> Job | None:
        row = self._records.one("jobs", id=identity)
        return _job(row) if row else None

    def active(self) -> Job | None:
        row = self._records.one("jobs", slot=1)
        return _job(row) if row else None

    def newest(self, limit: int = 50) -> tuple[Job, ...]:
        return tuple(map(_job, self._records.find("jobs", order=["-created", "-id"], limit=limit)))

    def log(self, identity: str, *, most: int) -> str:
        """The end of what its process wrote, at most so many bytes of it."""
        file = self.folder(identity) / LOG
        try:
            with file.open("rb") as opened:
                opened.seek(0, os.SEEK_END)
                opened.seek(max(0, opened.tell() - most))
                return opened.read().decode("utf-8", "replace")
        except OSError:
            return ""


class Tail:
    """Reads the events of a job as they are written; each call of `read` gives those that are new."""

    def __init__(self, folder: Path, *, after: int = 0) -> None:
        self._file = folder / EVENTS
        self._after = after
        self._place = 0

    def read(self) -> list[dict[str, Any]]:
        try:
            with self._file.open("rb") as opened:
                opened.seek(self._place)
                data = opened.read()
        except OSError:
            return []
        whole = data[: data.rfind(b"\n") + 1]  # the last line may be half written
        self._place += len(whole)
        events = [json.loads(line) for line in whole.splitlines() if line.strip()]
        return [event for event in events if event["id"] > self._after]


def _row(job: Job) -> Row:
    return {
        "id": job.id,
        "kind": job.kind,
        "options": json.dumps(dict(job.options)),
        "caller": job.caller,
        "state": job.state,
        "slot": 1 if job.at_work else None,
        "pid": job.pid,
        "created": job.created,
        "ended": job.ended,
        "message": job.message,
        "result": None if job.result is None else json.dumps(job.result),
    }


def _job(row: Row) -> Job:
    return Job(
        **{name: row[name] for name in ("id", "kind", "caller", "created", "state", "pid", "ended", "message")},
        options=json.loads(row["options"]),
        result=None if row["result"] is None else json.loads(row["result"]),
    )
