"""Document versions and their passages, as rows of the manifest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import Damaged
from steep.values import Block, Document, Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from steep.workspace.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file as it was last seen; ``version`` of its document, or the ``error`` that reading it gave."""

    path: str
    size: int
    modified: int
    sha256: str
    reader: str
    version: str | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A file that was looked at: its record, and its document when it was read anew."""

    record: FileRecord
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a passage stands, without its text."""

    passage: str
    document: str
    version: str
    start: int
    end: int
    heading: tuple[str, ...]
    page: int | None


class Documents:
    """Reads and writes document versions, passages and file records."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest

    def files(self) -> dict[str, FileRecord]:
        columns = "path, size, modified, sha256, reader, version, error"
        rows = self._manifest.rows(f"SELECT {columns} FROM files")
        names = columns.split(", ")
        return {row[0]: FileRecord(**dict(zip(names, row, strict=True))) for row in rows}

    def store(self, batch: Iterable[Read]) -> None:
        """Write what was read, in one transaction."""
        with self._manifest.transaction() as write:
            for each in batch:
                write.execute("INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?,?)", _values(each.record))
                if each.document is not None:
                    write.execute("INSERT OR REPLACE INTO documents VALUES (?,?,?,?,?,?,?)", _row(each.document))

    def forget_files(self, paths: Iterable[str]) -> None:
        with self._manifest.transaction() as write:
            write.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in paths])

    def versions(self) -> frozenset[str]:
        """Every document version that is stored, whether a generation lists it or not."""
        return frozenset(row[0] for row in self._manifest.rows("SELECT version FROM documents"))

    def load(self, version: str) -> Document | None:
        """The document of a version; raises Damaged where the row is not what was written."""
        row = self._manifest.row("SELECT path, title, text, blocks, pages FROM documents WHERE version = ?", (version,))
        if row is None:
            return None
        try:
            document = _document(row)
        except (ValueError, TypeError):
            document = None
        if document is None or document.version != version:
            raise self._damaged(f"the text of {row[0]}")
        return document

    def is_split(self, splitter: str, version: str) -> bool:
        found = self._manifest.row("SELECT 1 FROM splits WHERE splitter = ? AND version = ?", (splitter, version))
        return found is not None

    def save_passages(self, splitter: str, batch: Mapping[str, Iterable[Passage]]) -> None:
        """Write the passages of document versions under a splitter's fingerprint, in one transaction."""
        with self._manifest.transaction() as write:
            for version, passages in batch.items():
                rows = [
                    (splitter, each.id, version, ordinal, each.start, each.end, json.dumps(each.heading), each.page)
                    for ordinal, each in enumerate(passages)
                ]
                write.execute("DELETE FROM passages WHERE splitter = ? AND version = ?", (splitter, version))
                write.executemany("INSERT INTO passages VALUES (?,?,?,?,?,?,?,?)", rows)
                write.execute("INSERT OR IGNORE INTO splits VALUES (?,?)", (splitter, version))

    def passages_of(self, splitter: str, version: str) -> Iterator[Passage]:
        document = self.load(version)
        for place in self.places(splitter, version) if document else ():
            assert document is not None
            yield Passage(
                document=document.id,
                version=version,
                path=document.path,
                title=document.title,
                start=place.start,
                end=place.end,
                text=document.text[place.start : place.end],
                heading=place.heading,
                page=place.page,
            )

    def places(self, splitter: str, version: str) -> Iterator[Place]:
        """Where the passages of a document version stand, in order, without reading its text."""
        rows = self._manifest.rows(
            'SELECT passages.id, documents.id, start, "end", heading, page FROM passages '
            "JOIN documents ON documents.version = passages.version "
            "WHERE splitter = ? AND passages.version = ? ORDER BY ordinal",
            (splitter, version),
        )
        for passage, document, start, end, heading, page in rows:
            yield Place(
                passage=passage,
                document=document,
                version=version,
                start=start,
                end=end,
                heading=self._heading(heading),
                page=page,
            )

    def forget_unused(self, keep: Iterable[str]) -> None:
        """Delete the document versions that no file and none of the versions to keep name."""
        kept = json.dumps(sorted(keep))
        unused = (
            "version NOT IN (SELECT value FROM json_each(?)) "
            "AND version NOT IN (SELECT version FROM files WHERE version IS NOT NULL)"
        )
        with self._manifest.transaction() as write:
            for table in ("passages", "splits", "documents"):
                write.execute(f"DELETE FROM {table} WHERE {unused}", (kept,))

    def _heading(self, text: str) -> tuple[str, ...]:
        try:
            return tuple(json.loads(text))
        except ValueError:
            raise self._damaged("the heading of a passage") from None

    def _damaged(self, what: str) -> Damaged:
        return Damaged(
            f"{what} in {self._manifest.file} is not what was written; run `steep index --rebuild`: it reads every "
            "document anew."
        )


def _values(record: FileRecord) -> tuple[Any, ...]:
    return (
        record.path,
        record.size,
        record.modified,
        record.sha256,
        record.reader,
        record.version,
        record.error,
    )


def _row(document: Document) -> tuple[Any, ...]:
    blocks = json.dumps([[block.kind, block.start, block.end, block.level] for block in document.blocks])
    head = (document.version, document.id, document.path, document.title, document.text)
    return (*head, blocks, json.dumps(document.pages))


def _document(row: tuple[Any, ...]) -> Document:
    path, title, text, blocks, pages = row
    return Document(
        path=path,
        title=title,
        text=text,
        blocks=tuple(
            Block(kind=kind, start=start, end=end, level=level) for kind, start, end, level in json.loads(blocks)
        ),
        pages=tuple(json.loads(pages)),
    )
