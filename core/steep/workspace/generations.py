"""Generations: complete, immutable states of the index, of which one row makes one current.

A generation's files are written beside the others, flushed, renamed, and only then committed. A folder without a row
is what a kill left behind; the next writer sweeps it away. Readers keep the generation they hold, so a few older
ones stay.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

from steep.values import Generation
from steep.workspace.durable import replace_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from steep.workspace.manifest import Manifest

KEPT = 3  # the current generation and those that readers may still hold
FILES = "files.json"


class Generations:
    """Reads, commits and sweeps generations."""

    def __init__(self, manifest: Manifest, folder: Path) -> None:
        self._manifest = manifest
        self._folder = folder

    def current(self) -> Generation | None:
        row = self._manifest.row(
            "SELECT number, documents, passages, fingerprint FROM generations "
            "JOIN current ON current.generation = generations.number"
        )
        if row is None:
            return None
        return Generation(number=row[0], documents=row[1], passages=row[2], fingerprint=row[3])

    def splitter(self, number: int) -> str:
        row = self._manifest.row("SELECT splitter FROM generations WHERE number = ?", (number,))
        return str(row[0]) if row else ""

    def members(self, number: int) -> tuple[str, ...]:
        """The document versions of a generation, in order."""
        rows = self._manifest.rows("SELECT version FROM members WHERE generation = ? ORDER BY ordinal", (number,))
        return tuple(row[0] for row in rows)

    def paths(self, number: int) -> dict[str, str]:
        """The document versions of a generation, by path."""
        rows = self._manifest.rows(
            "SELECT path, documents.version FROM members JOIN documents ON documents.version = members.version "
            "WHERE generation = ?",
            (number,),
        )
        return {row[0]: row[1] for row in rows}

    def folder(self, number: int) -> Path:
        return self._folder / str(number)

    def begin(self) -> Path:
        """An empty folder to build the next generation in; leftovers of killed builds are swept."""
        self._folder.mkdir(parents=True, exist_ok=True)
        known = {str(row[0]) for row in self._manifest.rows("SELECT number FROM generations")}
        for leftover in self._folder.iterdir():
            if leftover.name in known:
                continue
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()
        building = self._folder / "building"
        building.mkdir()
        return building

    def commit(
        self, building: Path, *, fingerprint: str, splitter: str, versions: Sequence[str], passages: int, now: float
    ) -> Generation:
        """Make a finished build the current generation."""
        files = {
            path.relative_to(building).as_posix(): {"bytes": path.stat().st_size, "sha256": _digest(path)}
            for path in sorted(building.rglob("*"))
            if path.is_file()
        }
        (building / FILES).write_text(json.dumps(files, indent=1), "utf-8")
        row = self._manifest.row("SELECT seq FROM sqlite_sequence WHERE name = 'generations'")
        number = (row[0] if row else 0) + 1
        replace_folder(building, self.folder(number))
        with self._manifest.transaction() as write:
            write.execute(
                "INSERT INTO generations VALUES (?,?,?,?,?,?)",
                (number, fingerprint, splitter, len(versions), passages, now),
            )
            write.executemany(
                "INSERT INTO members VALUES (?,?,?)",
                [(number, ordinal, version) for ordinal, version in enumerate(versions)],
            )
            write.execute("INSERT OR REPLACE INTO current VALUES (1, ?)", (number,))
        return Generation(number=number, documents=len(versions), passages=passages, fingerprint=fingerprint)

    def damage(self, number: int, *, thorough: bool = False) -> str:
        """What is wrong with a generation's files, or an empty string; ``thorough`` reads them, not only sizes."""
        folder = self.folder(number)
        try:
            files = json.loads((folder / FILES).read_text("utf-8"))
            listed = [(folder / name, int(entry["bytes"]), str(entry["sha256"])) for name, entry in files.items()]
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return f"{folder} is missing or has no readable {FILES}"
        for file, size, digest in listed:
            if not file.is_file():
                return f"{file} is missing"
            if file.stat().st_size != size:
                return f"{file} has {file.stat().st_size} bytes instead of {size}"
            if thorough and _digest(file) != digest:
                return f"{file} is not what was written"
        return ""

    def sweep(self) -> tuple[str, ...]:
        """Drop all but the newest generations; returns the document versions that are still listed."""
        numbers = [row[0] for row in self._manifest.rows("SELECT number FROM generations ORDER BY number DESC")]
        with self._manifest.transaction() as write:
            for number in numbers[KEPT:]:
                write.execute("DELETE FROM members WHERE generation = ?", (number,))
                write.execute("DELETE FROM generations WHERE number = ?", (number,))
        for number in numbers[KEPT:]:
            shutil.rmtree(self.folder(number), ignore_errors=True)
        return tuple(row[0] for row in self._manifest.rows("SELECT DISTINCT version FROM members"))


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
