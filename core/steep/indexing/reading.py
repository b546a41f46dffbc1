"""Brings file records and document versions up to date with the files.

A file with the bytes it had is not read; its size and time prove nothing, since both can be the same where the bytes
are not. One that cannot be read keeps the version it had in the index.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from steep.errors import SourceError, WorkspaceError
from steep.indexing.readers import Readers
from steep.indexing.sources import scan, suffix_of
from steep.kinds import Progress, Source
from steep.wording import counted
from steep.workspace.documents import FileRecord, Read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from steep.indexing.sources import Found
    from steep.workspace.project import Project

STORE_EVERY = 32  # documents between two commits: what a kill can cost


class Reading:
    """Brings file records and document versions up to date with the files.

    ``versions`` are the documents to index by path, ``failed`` the reasons by path, ``kept`` the paths of failed ones
    whose earlier version stays, ``unsupported`` the number of files by suffix that no reader takes. ``anew`` reads
    every file, whatever is known of it. ``left_out`` counts, by reason, the words in the files read now that are
    not text.
    """

    def __init__(self, project: Project, progress: Callable[[Progress], None], *, anew: bool = False) -> None:
        self._project = project
        self._progress = progress
        self._anew = anew
        self._before = project.documents.files()
        self._stored = project.documents.versions()
        self._readers = Readers(project)
        current = project.generations.current()
        self._indexed = project.generations.paths(current.number) if current else {}
        self._gone: list[str] = []
        self.versions: dict[str, str] = {}
        self.failed: dict[str, str] = {}
        self.kept: list[str] = []
        self.unsupported: dict[str, int] = {}
        self.left_out: Counter[str] = Counter()

    @property
    def suffixes(self) -> frozenset[str]:
        """What the readers take."""
        return self._readers.suffixes

    def read_all(self) -> None:
        try:
            self._read_all()
        finally:
            self._readers.close()

    def _read_all(self) -> None:
        found = scan(self._project.folder, self._project.config)
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
        self._note_hidden(found.unreadable)
        self._gone = sorted(self._before.keys() - {each.path for each in readable} - set(self.kept))

    def fail(self, path: str, reason: str, *, usable: Callable[[str], bool]) -> None:
        """Note that a document cannot be indexed; its indexed version stays if it is another and can be used."""
        failing = self.versions.pop(path)
        self.failed[path] = reason
        indexed = self._indexed.get(path, failing)
        if indexed != failing and usable(indexed):
            self._keep(path, indexed)

    def forget_gone(self) -> None:
        """Drop the records of files that are no longer there; called once it is sure that something is left."""
        self._project.documents.forget_files(self._gone)

    def refuse_nothing(self) -> None:
        """An empty folder, or one where nothing can be read, must not replace an index that has something."""
        if self.versions:
            return
        if self.failed:
            reasons = "\n".join(f"  {reason}" for _, reason in sorted(self.failed.items()))
            raise WorkspaceError(f"none of the documents in {self._project.folder} could be read:\n{reasons}")
        globs = ", ".join(self._project.config.project.documents)
        others = counted(sum(self.unsupported.values()), "file")
        beside = f" No reader takes the suffixes of {others}." if self.unsupported else ""
        raise WorkspaceError(
            f"no document in {self._project.folder} matches {globs}.{beside} "
            "Put documents there, or change `documents` in steep.toml."
        )

    def sorted_versions(self) -> tuple[str, ...]:
        return tuple(self.versions[path] for path in sorted(self.versions))

    def counts(self) -> dict[str, int]:
        """Documents added, changed, removed and unchanged, against the current generation."""
        both = self._indexed.keys() & self.versions.keys()
        unchanged = sum(self._indexed[path] == self.versions[path] for path in both)
        return {
            "added": len(self.versions.keys() - both),
            "changed": len(both) - unchanged,
            "removed": len(self._indexed.keys() - both),
            "unchanged": unchanged,
        }

    def _look_at(self, found: Found) -> Read:
        before = self._known(found.path)
        reader = self._readers.fingerprint(found.path)
        record = FileRecord(
            path=found.path,
            sha256="",
            reader=reader,
            version=self._earlier(found.path),
            error=None,
        )
        try:
            data = self._bytes(found)
            digest = hashlib.sha256(data).hexdigest()
            record = dataclasses.replace(record, sha256=digest)
            if before and (before.sha256, before.reader) == (digest, reader):
                return Read(record=before)
            document = self._readers.read(Source(path=found.path, data=data))
        except SourceError as error:
            return Read(record=dataclasses.replace(record, error=str(error)))
        for each in document.left_out:
            self.left_out[each.reason] += len(each.text.split())
        return Read(record=dataclasses.replace(record, version=document.version), document=document)

    def _known(self, path: str) -> FileRecord | None:
        """The record of a file, if what it says still holds when neither the file nor its reader has changed."""
        before = self._before.get(path)
        if before is None or self._anew:
            return None
        if before.error is not None:
            return (
                before if before.sha256 else None
            )  # without its bytes it was never read: permissions may have changed
        return before if before.version in self._stored else None

    def _earlier(self, path: str) -> str | None:
        """The version to fall back on: the indexed one, or one that was read but never committed."""
        before = self._before.get(path)
        stored = before.version if before and before.version in self._stored else None
        return self._indexed.get(path, stored)

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
        self.failed[record.path] = record.error or f"{record.path} could not be read."
        self._keep(record.path, record.version)

    def _note_hidden(self, unreadable: Mapping[str, str]) -> None:
        """Name what could not be looked at; a folder that cannot be listed says nothing about what is in it."""
        self.failed.update({path: f"{path} {reason}" for path, reason in unreadable.items()})
        for path in self._before:
            if path not in self.versions and _is_hidden_by(path, unreadable):
                self._keep(path, self._earlier(path))

    def _keep(self, path: str, version: str | None) -> None:
        if version is not None and version in self._stored and path not in self.kept:
            self.versions[path] = version
            self.kept.append(path)


def _is_hidden_by(path: str, unreadable: Iterable[str]) -> bool:
    return any(path == each or each == "." or path.startswith(f"{each}/") for each in unreadable)
