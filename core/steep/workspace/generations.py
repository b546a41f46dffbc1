"""Generations: complete, immutable states of the index, of which one row makes one current.

A generation's files are written beside the others, flushed, renamed, and only then committed. A folder without a row
is what a kill left behind; the next writer sweeps it away. Readers keep the generation they hold, so a few older
ones stay.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from steep.values import Generation
from steep.workspace.durable import replace_folder
from steep.workspace.sealed import damage, seal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from steep.records.database import Database
    from steep.records.glance import Known

KEPT = 3  # the current generation and those that readers may still hold


class Generations:
    """Reads, commits and sweeps generations."""

    def __init__(self, records: Database, folder: Path) -> None:
        self._records = records
        self._folder = folder

    def current(self) -> Generation | None:
        from steep.records import queries

        row = queries.current(self._records)
        if row is None:
            return None
        return Generation(**{name: row[name] for name in ("number", "documents", "passages", "fingerprint")})

    def splitter(self, number: int) -> str:
        row = self._records.one("generations", number=number)
        return str(row["splitter"]) if row else ""

    def members(self, number: int) -> tuple[str, ...]:
        """The document versions of a generation, in order."""
        rows = self._records.find("members", generation=number, order=["ordinal"])
        return tuple(row["version"] for row in rows)

    def paths(self, number: int) -> dict[str, str]:
        """The document versions of a generation, by path."""
        from steep.records import queries

        return queries.paths(self._records, number)

    def folder(self, number: int) -> Path:
        return self._folder / str(number)

    def begin(self) -> Path:
        """An empty folder to build the next generation in; leftovers of killed builds are swept."""
        self._folder.mkdir(parents=True, exist_ok=True)
        known = {str(row["number"]) for row in self._records.find("generations")}
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
        from steep.records import queries

        seal(building)
        number = queries.newest_generation(self._records) + 1
        replace_folder(building, self.folder(number))
        row = {
            "number": number,
            "fingerprint": fingerprint,
            "splitter": splitter,
            "documents": len(versions),
            "passages": passages,
            "created": now,
        }
        members = [
            {"generation": number, "ordinal": ordinal, "version": version} for ordinal, version in enumerate(versions)
        ]
        with self._records.transaction() as write:
            write.put("generations", [row])
            write.put("members", members)
            write.put("current", [{"one": 1, "generation": number}])
        return Generation(number=number, documents=len(versions), passages=passages, fingerprint=fingerprint)

    def damage(self, number: int, *, thorough: bool = False) -> str:
        """What is wrong with a generation's files, or an empty string; ``thorough`` reads them, not only sizes."""
        return damage(self.folder(number), thorough=thorough)

    def note(self, number: int, *, settings: str, search: Mapping[str, Any]) -> None:
        """Note what the current generation was made with."""
        row = {"one": 1, "generation": number, "settings": settings, "search": json.dumps(search)}
        with self._records.transaction() as write:
            write.put("tally", [row])

    def forget_note(self) -> None:
        """Called before anything that the note rests on is changed, so that a kill leaves none that is false."""
        if self._records.one("tally"):
            with self._records.transaction() as write:
                write.delete("tally")

    def known(self) -> Known | None:
        """What was noted of the current generation."""
        from steep.records import queries

        return queries.known(self._records)

    def sweep(self) -> tuple[str, ...]:
        """Drop all but the newest generations; returns the document versions that are still listed."""
        from steep.records import queries

        old = [row["number"] for row in self._records.find("generations", order=["-number"])][KEPT:]
        with self._records.transaction() as write:
            for number in old:
                write.delete("members", generation=number)
                write.delete("generations", number=number)
        for number in old:
            shutil.rmtree(self.folder(number), ignore_errors=True)
        return queries.members(self._records)
