"""The journal of runs: which steps of a run are done, with their results, so that a killed run goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.values import content_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.workspace.manifest import Manifest


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

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest

    def begin(self, fingerprint: str, *, details: Mapping[str, Any], now: float) -> Run:
        """The unfinished run with this fingerprint, or a new one."""
        row = self._manifest.row(
            "SELECT id FROM runs WHERE fingerprint = ? AND state = 'running' ORDER BY created DESC", (fingerprint,)
        )
        if row is not None:
            return self.load(row[0])
        identity = content_id("run", fingerprint, repr(now))[:12]
        with self._manifest.transaction() as write:
            write.execute("UPDATE runs SET state = 'abandoned' WHERE state = 'running'")
            write.execute(
                "INSERT INTO runs VALUES (?,?,?,?,?)", (identity, fingerprint, "running", now, json.dumps(details))
            )
        return self.load(identity)

    def finish_step(self, run: str, name: str, *, result: Mapping[str, Any], seconds: float) -> None:
        with self._manifest.transaction() as write:
            write.execute(
                "INSERT OR REPLACE INTO steps SELECT ?, coalesce(max(ordinal), 0) + 1, ?, 'done', ?, ? "
                "FROM steps WHERE run = ?",
                (run, name, json.dumps(result), seconds, run),
            )

    def finish(self, run: str) -> None:
        with self._manifest.transaction() as write:
            write.execute("UPDATE runs SET state = 'done' WHERE id = ?", (run,))

    def load(self, identity: str) -> Run:
        row = self._manifest.row("SELECT id, fingerprint, state, created FROM runs WHERE id = ?", (identity,))
        if row is None:
            raise KeyError(identity)
        steps = self._manifest.rows("SELECT name, result FROM steps WHERE run = ? ORDER BY ordinal", (identity,))
        results = {name: json.loads(result) for name, result in steps}
        return Run(id=row[0], fingerprint=row[1], state=row[2], created=row[3], steps=results)

    def latest(self) -> Run | None:
        row = self._manifest.row("SELECT id FROM runs ORDER BY created DESC")
        return self.load(row[0]) if row else None
