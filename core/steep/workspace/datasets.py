"""Dataset versions: immutable, content-addressed folders of pairs.

A version is the hash of its pairs and of the recipe that made them, so the same recipe on the same documents gives the
same version. ``pairs.jsonl`` has a row a pair; ``dataset.json`` the recipe and the summary.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import DatasetError
from steep.values import Pair, Span, content_id
from steep.workspace.durable import replace_folder, space_needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from steep.workspace.manifest import Manifest


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

    def __init__(self, manifest: Manifest, folder: Path) -> None:
        self._manifest = manifest
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
        version = content_id("dataset", json.dumps(recipe, sort_keys=True), *lines)
        final = self._folder / version
        with space_needed(self._folder):
            if not final.is_dir():
                self._write(final, lines, {"recipe": recipe, "summary": summary, "created": now})
        with self._manifest.transaction() as write:
            write.execute("INSERT OR REPLACE INTO datasets VALUES (?,?,?)", (version, now, len(lines)))
        return self._open(version)

    def load(self, version: str = "latest") -> tuple[DatasetVersion, tuple[Pair, ...]]:
        """A version with its pairs; ``version`` may be a unique beginning of one."""
        opened = self._open(self._resolve(version))
        file = opened.folder / "pairs.jsonl"
        return opened, tuple(_pair(json.loads(line)) for line in file.read_text("utf-8").splitlines())

    def versions(self) -> tuple[str, ...]:
        """All versions, newest first."""
        rows = self._manifest.rows("SELECT version FROM datasets ORDER BY created DESC, version")
        return tuple(row[0] for row in rows)

    def register_folders(self, *, now: float) -> int:
        """Add the versions whose folders exist to a manifest that was begun anew; returns how many."""
        found = sorted(self._folder.glob("*/dataset.json"))
        with self._manifest.transaction() as write:
            for file in found:
                count = len((file.parent / "pairs.jsonl").read_text("utf-8").splitlines())
                created = json.loads(file.read_text("utf-8")).get("created", now)
                write.execute("INSERT OR IGNORE INTO datasets VALUES (?,?,?)", (file.parent.name, created, count))
        return len(found)

    def _resolve(self, version: str) -> str:
        known = self.versions()
        if not known:
            raise DatasetError("there is no dataset yet; run `steep synthesize` first.")
        if version == "latest":
            return known[0]
        matching = [each for each in known if each.startswith(version)]
        if len(matching) != 1:
            raise DatasetError(f"{len(matching)} datasets are named {version!r}; known are: {', '.join(known)}.")
        return matching[0]

    def _open(self, version: str) -> DatasetVersion:
        folder = self._folder / version
        try:
            head = json.loads((folder / "dataset.json").read_text("utf-8"))
            rows = (folder / "pairs.jsonl").read_text("utf-8").splitlines()
            splits = [(json.loads(row)["id"], json.loads(row)["split"]) for row in rows]
        except (OSError, ValueError, KeyError) as error:
            raise DatasetError(
                f"the dataset in {folder} cannot be read ({error!r}); run `steep synthesize` to write it again."
            ) from error
        return DatasetVersion(
            version=version,
            folder=folder,
            pairs=len(rows),
            dev=frozenset(identity for identity, split in splits if split == "dev"),
            recipe=head["recipe"],
            summary=head["summary"],
            created=head["created"],
        )

    def _write(self, final: Path, lines: list[str], head: Mapping[str, Any]) -> None:
        building = final.with_name(final.name + ".building")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        (building / "pairs.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8")
        (building / "dataset.json").write_text(json.dumps(head, indent=1, sort_keys=True), "utf-8")
        replace_folder(building, final)


def _line(pair: Pair, dev: bool) -> str:
    row = {"id": pair.id, "split": "dev" if dev else "train", **asdict(pair)}
    return json.dumps(row, sort_keys=True, ensure_ascii=True)


def _pair(row: dict[str, Any]) -> Pair:
    return Pair(
        question=row["question"],
        answer=row["answer"],
        passages=tuple(row["passages"]),
        spans=tuple(Span(**span) for span in row["spans"]),
        synthesizer=row["synthesizer"],
        kind=row["kind"],
        rule=row["rule"],
        seed=row["seed"],
        scores=row["scores"],
    )
