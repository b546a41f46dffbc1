"""The journal of runs: which steps of a run are done, with their results, so that a killed run goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.values import content_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.records.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """``fingerprint`` is the hash of what the run depends on: the same one, unfinished, is resumed."""

    id: str
    fingerprint: str
    state: str
    created: float
    steps: Mapping[str, Mapping[str, Any]]


class Runs:
    """The runs of a project."""

    def __init__(self, records: Database) -> None:
        self._records = records

    def begin(self, fingerprint: str, *, details: Mapping[str, Any], now: float) -> Run:
        """The unfinished run with this fingerprint, or a new one."""
        unfinished = self._records.find("runs", fingerprint=fingerprint, state="running", order=["-created"], limit=1)
        if unfinished:
            return self.load(unfinished[0]["id"])
        identity = content_id("run", fingerprint, repr(now))[:12]
        row = {"id": identity, "fingerprint": fingerprint, "state": "running", "created": now}
        with self._records.transaction() as write:
            write.change("runs", {"state": "abandoned"}, state="running")
            write.put("runs", [{**row, "details": json.dumps(details)}])
        return self.load(identity)

    def finish_step(self, run: str, name: str, *, result: Mapping[str, Any], seconds: float) -> None:
        with self._records.transaction() as write:
            ordinal = len(write.find("steps", run=run)) + 1
            row = {"run": run, "name": name, "ordinal": ordinal, "result": json.dumps(result), "seconds": seconds}
            write.put("steps", [row])

    def finish(self, run: str) -> None:
        with self._records.transaction() as write:
            write.change("runs", {"state": "done"}, id=run)

    def load(self, identity: str) -> Run:
        row = self._records.one("runs", id=identity)
        if row is None:
            raise KeyError(identity)
        steps = self._records.find("steps", run=identity, order=["ordinal"])
        results = {step["name"]: json.loads(step["result"]) for step in steps}
        return Run(**{name: row[name] for name in ("id", "fingerprint", "state", "created")}, steps=results)

    def latest(self) -> Run | None:
        newest = self._records.find("runs", order=["-created"], limit=1)
        return self.load(newest[0]["id"]) if newest else None
