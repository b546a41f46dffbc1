"""Dataset versions: immutable, content-addressed folders of pairs.

A version is the hash of its pairs and of the recipe that made them, so the same recipe on the same documents gives the
same version. ``pairs.jsonl`` has a row a pair; ``dataset.json`` the recipe and the summary.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import DatasetError
from steep.values import Pair, content_id
from steep.wire import from_json, to_json
from steep.workspace.durable import replace_folder, space_needed
from steep.workspace.sealed import damage, is_sealed, seal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from steep.records.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersion:
    """``pairs`` is a count; ``dev`` holds the ids of the pairs that only decide when training stops."""

    version: str
    folder: Path
    pairs: int
    dev: frozenset[str]
    recipe: Mapping[str, Any]
    summary: Mapping[str, Any]
    created: float


class Datasets:
    """The dataset versions of a project."""

    def __init__(self, records: Database, folder: Path) -> None:
        self._records = records
        self._folder = folder

    def save(
        self,
        *,
        pairs: Iterable[Pair],
        dev: frozenset[str],
        recipe: Mapping[str, Any],
        summary: Mapping[str, Any],
        now: float,
    ) -> DatasetVersion:
        """Write a version and make it the latest; the same content again is the same version."""
        lines = [_line(pair, pair.id in dev) for pair in pairs]
        version = _version(recipe, lines)
        final = self._folder / version
        with space_needed(self._folder):
            if not self._is_whole(version):
                self._write(final, lines, {"recipe": recipe, "summary": summary, "created": now})
        with self._records.transaction() as write:
            write.put("datasets", [{"version": version, "created": now, "pairs": len(lines)}])
        return self._open(version)

    def load(self, version: str = "latest") -> tuple[DatasetVersion, tuple[Pair, ...]]:
        """A version with its pairs; ``version`` may be a unique beginning of one."""
        chosen = self._resolve(version)
        return self._open(chosen), tuple(from_json(Pair, json.loads(line)) for line in self._lines(chosen))

    def versions(self) -> tuple[str, ...]:
        """All versions, newest first."""
        return tuple(row["version"] for row in self._records.find("datasets", order=["-created", "version"]))

    def register_folders(self) -> int:
        """Add the versions whose folders are whole to records that were begun anew; returns how many."""
        found = [file.parent.name for file in sorted(self._folder.glob("*/dataset.json"))]
        whole = [self._open(version) for version in found if self._is_whole(version)]
        rows = [{"version": each.version, "created": each.created, "pairs": each.pairs} for each in whole]
        with self._records.transaction() as write:
            write.add("datasets", rows)
        return len(whole)

    def _resolve(self, version: str) -> str:
        known = self.versions()
        if not known:
            raise DatasetError("there is no dataset yet; run `steep synthesize` first.")
        if version == "latest":
            return known[0]
        matching = [each for each in known if each.startswith(version)]
        if len(matching) != 1:
            found = f"{len(matching)} datasets begin with" if matching else "no dataset begins with"
            raise DatasetError(f"{found} {version!r}; known are: {', '.join(known)}.")
        return matching[0]

    def _open(self, version: str) -> DatasetVersion:
        lines = self._lines(version)
        head = self._head(version)
        rows = [json.loads(line) for line in lines]
        return DatasetVersion(
            version=version,
            folder=self._folder / version,
            pairs=len(lines),
            dev=frozenset(row["id"] for row in rows if row["split"] == "dev"),
            recipe=head["recipe"],
            summary=head["summary"],
            created=head["created"],
        )

    def _lines(self, version: str) -> list[str]:
        """The rows of a version; raises DatasetError where they are not what was saved."""
        file = self._folder / version / "pairs.jsonl"
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise _unreadable(file, error) from error
        if _version(self._head(version)["recipe"], lines) != version:
            raise _unreadable(file, "it is not what was saved")
        if is_sealed(file.parent) and (said := damage(file.parent, thorough=True)):
            raise _unreadable(file, said)
        return lines

    def _head(self, version: str) -> dict[str, Any]:
        file = self._folder / version / "dataset.json"
        try:
            head = json.loads(file.read_text("utf-8"))
            return {key: head[key] for key in ("recipe", "summary", "created")}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _unreadable(file, error) from error

    def _is_whole(self, version: str) -> bool:
        try:
            self._lines(version)
        except DatasetError:
            return False
        return True

    def _write(self, final: Path, lines: list[str], head: Mapping[str, Any]) -> None:
        building = final.with_name(final.name + ".building")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        (building / "pairs.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8")
        (building / "dataset.json").write_text(json.dumps(head, indent=1, sort_keys=True), "utf-8")
        seal(building)
        shutil.rmtree(final, ignore_errors=True)  # damaged, or it would not be written again
        replace_folder(building, final)


def _version(recipe: Mapping[str, Any], lines: Iterable[str]) -> str:
    return content_id("dataset", json.dumps(recipe, sort_keys=True), *lines)


def _unreadable(file: Path, reason: object) -> DatasetError:
    return DatasetError(
        f"{file} cannot be used ({reason}). Run `steep doctor --rebuild`: it puts right what one flipped bit spoiled. "
        "Where that does not help, restore the folder from a backup, or run `steep synthesize`, which writes the pairs "
        "again that no person has changed."
    )


def _line(pair: Pair, dev: bool) -> str:
    row = {"id": pair.id, "split": "dev" if dev else "train", **to_json(pair)}
    return json.dumps(row, sort_keys=True, ensure_ascii=True)
