"""Adapter versions and the aliases that point to them.

A version is the hash of its files, in PEFT's own layout, with ``lineage.json`` beside; it never changes. An alias such
as `production` is a pointer: promoting and rolling back move it in one transaction, and its history stays.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import AdapterConflict, AdapterError, UnknownAdapter
from steep.validation import nearest
from steep.values import AdapterMoved, AdapterVersion
from steep.workspace.durable import replace_folder, space_needed
from steep.workspace.rollouts import ended_event, rollout_of
from steep.workspace.sealed import FILES, seal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from steep.records.database import Database
    from steep.records.rows import Row
    from steep.values import Event
    from steep.workspace.rollouts import State

LINEAGE = "lineage.json"
CONFIG = "adapter_config.json"
_BESIDE = (LINEAGE, FILES)
ROLLBACK = "rollback of "  # what the reason of a move back begins with

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasMove:
    """A row of an alias's history: where it pointed before, and where it has pointed since.

    A rollout that began or ended has a row too, which moves nothing.
    """

    name: str
    alias: str
    version: str
    previous: str | None
    reason: str
    created: float


class Adapters:
    """The adapter versions of a project; ``tell`` is told when an alias moves."""

    def __init__(self, records: Database, folder: Path, *, tell: Callable[[Event], None] = lambda event: None) -> None:
        self._records = records
        self._folder = folder
        self._tell = tell

    def add(
        self, *, name: str, source: Path, base: str, score: float | None, lineage: Mapping[str, Any], now: float
    ) -> AdapterVersion:
        """Move a folder in PEFT's layout in as a version; the same files again are the same version."""
        with space_needed(self._folder):
            _write_config_in_order(source / CONFIG)
            version = _digest(source)
            record = {"name": name, "base": base, "score": score, "created": now, "lineage": dict(lineage)}
            if self.damage(version):
                self._move_in(source, self._folder / version, record)
            else:
                shutil.rmtree(source)
        self._register(version, record)
        return self.resolve(version)

    def versions(self, name: str | None = None) -> tuple[AdapterVersion, ...]:
        """All versions, or those of one name, newest first."""
        found = (self._version(row) for row in self._records.find("adapters", order=["-created", "version"]))
        return tuple(each for each in found if name is None or each.name == name)

    def resolve(self, reference: str) -> AdapterVersion:
        """What `name@alias`, `name` (its alias production), or the unique beginning of a version stands for."""
        name, _, alias = reference.partition("@")
        row = self._records.one("aliases", name=name, alias=alias or "production")
        known = self.versions()
        wanted = row["version"] if row else reference
        matching = [each for each in known if each.version.startswith(wanted)]
        if len(matching) == 1 and wanted:
            return matching[0]
        if len(matching) > 1 and wanted:
            several = ", ".join(each.version for each in matching)
            raise UnknownAdapter(f"{len(matching)} adapter versions begin with {reference!r}: {several}; write more.")
        if not known:
            raise UnknownAdapter(f"there is no adapter {reference!r}: nothing was tuned yet; run `steep tune` first.")
        names = set(self.aliases())
        raise UnknownAdapter(
            f"there is no adapter {reference!r}; {nearest(reference, names | {each.version for each in known})} "
            "(`steep adapters` lists them, and `steep adapters promote` points an alias to one)."
        )

    def aliases(self, name: str | None = None) -> dict[str, str]:
        """Version by `name@alias`."""
        rows = self._records.find("aliases", order=["name", "alias"])
        return {f"{row['name']}@{row['alias']}": row["version"] for row in rows if name in (None, row["name"])}

    def point(self, name: str, alias: str, version: str, *, reason: str, now: float) -> AliasMove:
        """Point an alias at a version, and remember where it pointed; a rollout of the alias ends with it."""
        target = self.resolve(version).version
        damage = self.damage(target)
        if damage:
            raise AdapterConflict(f"`{name}@{alias}` was not moved: {damage}. Choose another version, or tune again.")
        with self._records.transaction() as write:
            row = write.one("aliases", name=name, alias=alias)
            move = AliasMove(
                name=name,
                alias=alias,
                version=target,
                previous=row["version"] if row else None,
                reason=reason,
                created=now,
            )
            write.put("aliases", [{"name": name, "alias": alias, "version": target}])
            write.add("alias_history", [dataclasses.asdict(move)])
            running = write.one("rollouts", name=name, alias=alias, state="running")
            state: State = "promoted" if running and running["candidate"] == target else "stopped"
            if running:
                write.change("rollouts", {"state": state, "reason": reason, "ended": now}, id=running["id"])
        self._tell(AdapterMoved(**{**_told(move), "at": now}))
        if running:
            self._tell(ended_event(rollout_of(running), state=state, reason=reason, now=now))
        return move

    def rollback(self, name: str, alias: str, *, now: float) -> AliasMove:
        """Undo the last move that was not undone yet, so that rolling back twice goes back two moves."""
        standing: list[AliasMove] = []
        for move in self.history(name, alias):
            if move.version == move.previous:
                continue  # a rollout that began or ended
            if move.reason.startswith(ROLLBACK):
                standing.pop()
            else:
                standing.append(move)
        if not standing or standing[-1].previous is None:
            raise AdapterConflict(f"`{name}@{alias}` has no earlier version to go back to.")
        undone = standing[-1]
        return self.point(name, alias, str(undone.previous), reason=f"{ROLLBACK}{undone.version}", now=now)

    def history(self, name: str, alias: str) -> tuple[AliasMove, ...]:
        """Every move of an alias, oldest first."""
        names = [each.name for each in dataclasses.fields(AliasMove)]
        rows = self._records.find("alias_history", name=name, alias=alias, order=["number"])
        return tuple(AliasMove(**{key: row[key] for key in names}) for row in rows)

    def damage(self, version: str) -> str:
        """What is wrong with a version's files, or an empty string."""
        folder = self._folder / version
        if not folder.is_dir():
            return f"{folder} is missing"
        try:
            found = _digest(folder)
        except (OSError, ValueError) as error:
            return f"{folder} cannot be read ({error})"
        return "" if found == version else f"the files in {folder} are not those that were saved"

    def register_folders(self) -> int:
        """Add the versions whose folders are whole to records that were begun anew; returns how many."""
        found = 0
        for file in sorted(self._folder.glob(f"*/{LINEAGE}")):
            try:
                record = json.loads(file.read_text("utf-8"))
                if not self.damage(file.parent.name):
                    self._register(file.parent.name, record)
                    found += 1
            except (OSError, ValueError, KeyError, TypeError) as error:
                log.warning("%s is left out: it cannot be read (%r)", file.parent, error)
        return found

    def recover_aliases(self, damaged: Path, *, now: float) -> int:
        """Point the aliases as a damaged database says, as far as it can still be read; returns how many."""
        from steep.records.recovering import rows_of

        recovered = 0
        for row in rows_of(self._records, damaged, ["aliases"])["aliases"]:
            name, alias, version = row["name"], row["alias"], row["version"]
            try:
                self._recover(name, alias, version, reason=f"recovered from {damaged.name}", now=now)
                recovered += 1
            except AdapterError as error:
                log.warning("%s@%s is not recovered: %s", name, alias, error)
        return recovered

    def _recover(self, name: str, alias: str, version: str, *, reason: str, now: float) -> None:
        """Point an alias at what it pointed at; where its history was recovered, that says so already."""
        known = self.history(name, alias)
        if known and known[-1].version == version and not self.damage(version):
            with self._records.transaction() as write:
                write.put("aliases", [{"name": name, "alias": alias, "version": version}])
        else:
            self.point(name, alias, version, reason=reason, now=now)

    def _move_in(self, source: Path, final: Path, record: Mapping[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        building = final.with_name(f"{final.name}.building")
        for leftover in (building, final):  # of a kill, and of damage
            shutil.rmtree(leftover, ignore_errors=True)
        shutil.move(source, building)
        (building / LINEAGE).write_text(json.dumps(record, indent=1, sort_keys=True), "utf-8")
        seal(building)
        replace_folder(building, final)

    def _register(self, version: str, record: Mapping[str, Any]) -> None:
        row = {name: record[name] for name in ("name", "base", "score", "created")}
        lineage = json.dumps(record["lineage"], sort_keys=True)
        with self._records.transaction() as write:
            write.add("adapters", [{**row, "version": version, "lineage": lineage}])

    def _version(self, row: Row) -> AdapterVersion:
        return AdapterVersion(
            name=row["name"],
            version=row["version"],
            folder=str(self._folder / row["version"]),
            base=row["base"],
            score=row["score"],
            lineage=json.loads(row["lineage"]),
        )


def _told(move: AliasMove) -> dict[str, Any]:
    return {key: value for key, value in dataclasses.asdict(move).items() if key != "created"}


def _write_config_in_order(file: Path) -> None:
    """PEFT keeps sets, and writes them in any order; the same adapter shall be the same bytes."""
    if file.is_file():
        file.write_text(json.dumps(_ordered(json.loads(file.read_text("utf-8"))), indent=2, sort_keys=True), "utf-8")


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(inner) for key, inner in value.items()}
    if isinstance(value, list):
        inner = [_ordered(each) for each in value]
        return sorted(inner) if all(isinstance(each, str) for each in inner) else inner
    return value


def _digest(folder: Path) -> str:
    """The hash of an adapter's files and their names, without what steep keeps beside them."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in _BESIDE):
        for part in (file.relative_to(folder).as_posix().encode(), file.read_bytes()):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()[:24]
