"""Brings file records and document versions up to date with the files.

A file with the size and time it had is not opened; one with the bytes it had is not read. One that cannot be read
keeps the version it had in the index.
"""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

from steep.errors import SourceError, WorkspaceError
from steep.indexing.readers import Readers, suffix_of
from steep.indexing.sources import scan
from steep.kinds import Progress, Source
from steep.workspace.documents import FileRecord, Read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from steep.indexing.sources import Found
    from steep.workspace.project import Project

STORE_EVERY = 32  # documents between two commits: what a kill can cost


class Reading:
    """Brings file records and document versions up to date with the files."""

    def __init__(self, project: Project, progress: Callable[[Progress], None]) -> None:
        self._project = project
        self._progress = progress
        self._before = project.documents.files()
        self._readers = Readers(project)
        current = project.generations.current()
        self._indexed = set(project.generations.members(current.number)) if current else set()
        self.versions: dict[str, str] = {}
        self.failed: dict[str, str] = {}
        self.kept: list[str] = []
        self.unsupported: dict[str, int] = {}

    def read_all(self) -> None:
        found = scan(self._project.folder, self._project.config)
        self.failed.update(found.unreadable)
        readable = [each for each in found.files if self._readers.handles(each.path)]
        for each in found.files:
            if not self._readers.handles(each.path):
                suffix = suffix_of(each.path)
                self.unsupported[suffix] = self.unsupported.get(suffix, 0) + 1
        batch: list[Read] = []
        for done, each in enumerate(readable, 1):
            read = self._look_at(each)
            if read.record != self._before.get(each.path) or read.document is not None:
                batch.append(read)
            self._note(read.record)
            if len(batch) >= STORE_EVERY:
                self._project.documents.store(batch)
                batch = []
            self._progress(Progress(stage="read", done=done, total=len(readable), note=each.path))
        self._project.documents.store(batch)
        # a folder that cannot be listed says nothing about what is in it
        gone = set(self._before) - {each.path for each in readable}
        for path in gone:
            if _is_hidden_by(path, found.unreadable):
                self._keep_old(path, self._before[path].version)
            else:
                self._project.documents.forget_file(path)

    def refuse_nothing(self) -> None:
        """An empty folder, or one where nothing can be read, must not replace an index that has something."""
        if self.versions:
            return
        if self.failed:
            reasons = "\n".join(f"  {path}: {reason}" for path, reason in sorted(self.failed.items()))
            raise WorkspaceError(f"none of the documents in {self._project.folder} could be read:\n{reasons}")
        globs = ", ".join(self._project.config.project.documents)
        beside = (
            f" {sum(self.unsupported.values())} files have suffixes that no reader takes." if self.unsupported else ""
        )
        raise WorkspaceError(
            f"no document in {self._project.folder} matches {globs}.{beside} "
            "Put documents there, or change `documents` in steep.toml."
        )

    def sorted_versions(self) -> tuple[str, ...]:
        return tuple(self.versions[path] for path in sorted(self.versions))

    def counts(self) -> dict[str, int]:
        """Documents added, changed, removed and unchanged, against the current generation."""
        before = {path: record.version for path, record in self._before.items() if record.version in self._indexed}
        both = before.keys() & self.versions.keys()
        unchanged = sum(before[path] == self.versions[path] for path in both)
        return {
            "added": len(self.versions.keys() - before.keys()),
            "changed": len(both) - unchanged,
            "removed": len(before.keys() - self.versions.keys()),
            "unchanged": unchanged,
        }

    def _look_at(self, found: Found) -> Read:
        before = self._before.get(found.path)
        reader = self._readers.fingerprint(found.path)
        if before and (before.size, before.modified, before.reader) == (found.size, found.modified, reader):
            return Read(record=before)
        old = before.version if before else None
        record = FileRecord(
            path=found.path,
            size=found.size,
            modified=found.modified,
            sha256="",
            reader=reader,
            version=old,
            error=None,
        )
        try:
            data = self._bytes(found)
            digest = hashlib.sha256(data).hexdigest()
            record = dataclasses.replace(record, sha256=digest)
            if before and before.error is None and (before.sha256, before.reader) == (digest, reader):
                return Read(record=record)
            document = self._readers.read(Source(path=found.path, data=data))
        except SourceError as error:
            return Read(record=dataclasses.replace(record, error=str(error)))
        return Read(record=dataclasses.replace(record, version=document.version), document=document)

    def _bytes(self, found: Found) -> bytes:
        limit = self._project.config.project.max_megabytes
        if found.size > limit * 1_000_000:
            raise SourceError(
                f"{found.path} has {found.size / 1e6:.0f} MB, more than max_megabytes = {limit:g} allows; "
                "split it, or raise max_megabytes in [project].",
                path=found.path,
            )
        try:
            return (self._project.folder / found.path).read_bytes()
        except OSError as error:
            raise SourceError(
                f"{found.path} cannot be read: {error.strerror}; check its permissions.", path=found.path
            ) from error

    def _note(self, record: FileRecord) -> None:
        if record.error is None and record.version is not None:
            self.versions[record.path] = record.version
            return
        self.failed[record.path] = record.error or "could not be read"
        self._keep_old(record.path, record.version)

    def _keep_old(self, path: str, version: str | None) -> None:
        if version is not None and version in self._indexed:
            self.versions[path] = version
            self.kept.append(path)


def _is_hidden_by(path: str, unreadable: Iterable[str]) -> bool:
    return any(path == each or each == "." or path.startswith(f"{each}/") for each in unreadable)
