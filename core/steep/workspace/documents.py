"""Document versions and their passages, as rows of the manifest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.values import Block, Document, Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
        """Write what was read, in one transaction; content that is known already is left as it is."""
        with self._manifest.transaction() as write:
            for each in batch:
                write.execute("INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?,?)", _values(each.record))
                if each.document is not None:
                    write.execute("INSERT OR IGNORE INTO documents VALUES (?,?,?,?,?,?,?)", _row(each.document))

    def forget_file(self, path: str) -> None:
        with self._manifest.transaction() as write:
            write.execute("DELETE FROM files WHERE path = ?", (path,))

    def load(self, version: str) -> Document | None:
        row = self._manifest.row("SELECT path, title, text, blocks, pages FROM documents WHERE version = ?", (version,))
        return _document(row) if row else None

    def is_split(self, splitter: str, version: str) -> bool:
        found = self._manifest.row("SELECT 1 FROM splits WHERE splitter = ? AND version = ?", (splitter, version))
        return found is not None

    def save_passages(self, splitter: str, version: str, passages: Iterable[Passage]) -> None:
        """Write a document's passages under a splitter's fingerprint; each document is written once."""
        rows = [
            (
                splitter,
                passage.id,
                version,
                ordinal,
                passage.start,
                passage.end,
                json.dumps(passage.heading),
                passage.page,
            )
            for ordinal, passage in enumerate(passages)
        ]
        with self._manifest.transaction() as write:
            write.executemany("INSERT OR REPLACE INTO passages VALUES (?,?,?,?,?,?,?,?)", rows)
            write.execute("INSERT OR IGNORE INTO splits VALUES (?,?)", (splitter, version))

    def passages_of(self, splitter: str, version: str) -> Iterator[Passage]:
        document = self.load(version)
        if document is None:
            return
        rows = self._manifest.rows(
            'SELECT start, "end", heading, page FROM passages WHERE splitter = ? AND version = ? ORDER BY ordinal',
            (splitter, version),
        )
        for start, end, heading, page in rows:
            yield Passage(
                document=document.id,
                version=version,
                path=document.path,
                title=document.title,
                start=start,
                end=end,
                text=document.text[start:end],
                heading=tuple(json.loads(heading)),
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
