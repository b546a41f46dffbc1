"""Document versions and their passages, as records.

What nothing is asked by is kept as JSON, as the value's own fields say, so that a new field of a document or of a
passage needs nothing here.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import Damaged
from steep.values import Document, Passage
from steep.wire import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from steep.records.database import Database
    from steep.records.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file as it was last seen; ``version`` of its document, or the ``error`` that reading it gave."""

    path: str
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
    """Where a passage stands, without its text; ``more`` is the rest of it as JSON."""

    passage: str
    document: str
    version: str
    start: int
    end: int
    more: str


class Documents:
    """Reads and writes document versions, passages and file records."""

    def __init__(self, records: Database) -> None:
        self._records = records

    def files(self) -> dict[str, FileRecord]:
        return {row["path"]: FileRecord(**row) for row in self._records.find("files")}

    def store(self, batch: Iterable[Read]) -> None:
        """Write what was read, in one transaction."""
        read = list(batch)
        with self._records.transaction() as write:
            write.put("files", [dataclasses.asdict(each.record) for each in read])
            write.put("documents", [_row(each.document) for each in read if each.document is not None])

    def forget_files(self, paths: Iterable[str]) -> None:
        with self._records.transaction() as write:
            for path in paths:
                write.delete("files", path=path)

    def versions(self) -> frozenset[str]:
        """Every document version that is stored, whether a generation lists it or not."""
        from steep.records import queries

        return queries.versions(self._records)

    def load(self, version: str) -> Document | None:
        """The document of a version; raises Damaged where the row is not what was written."""
        return next(self._load([version]), None)

    def _load(self, versions: Sequence[str]) -> Iterator[Document]:
        """The documents of versions that are stored, in that order."""
        from steep.records import queries

        rows = {row["version"]: row for row in queries.documents(self._records, versions)}
        for row in (rows[version] for version in versions if version in rows):
            document = _document(row)
            if document is None:
                raise self._damaged(f"the text of {row['path']}")
            yield document

    def split(self, splitter: str) -> frozenset[str]:
        """The document versions that were cut under a splitter's fingerprint."""
        return frozenset(row["version"] for row in self._records.find("splits", splitter=splitter))

    def save_passages(self, splitter: str, batch: Mapping[str, Iterable[Passage]]) -> None:
        """Write the passages of document versions under a splitter's fingerprint, in one transaction."""
        with self._records.transaction() as write:
            for version, passages in batch.items():
                write.delete("passages", splitter=splitter, version=version)
                write.add("passages", [_passage_row(splitter, *each) for each in enumerate(passages)])
                write.add("splits", [{"splitter": splitter, "version": version}])

    def passages_of(self, splitter: str, *versions: str) -> Iterator[Passage]:
        """The passages of document versions, in their order; of many at once it takes far less time."""
        for some in _batches(versions):
            documents = {document.version: document for document in self._load(some)}
            for place in self.places(splitter, *some):
                yield self.passage(place, documents[place.version])

    def passage(self, place: Place, document: Document) -> Passage:
        """The passage that stands there; raises Damaged where its record is not what was written."""
        derived = {
            "document": document.id,
            "version": place.version,
            "path": document.path,
            "title": document.title,
            "start": place.start,
            "end": place.end,
            "text": document.text[place.start : place.end],
        }
        try:
            return from_json(Passage, {**json.loads(place.more), **derived})
        except (ValueError, TypeError):
            raise self._damaged(f"a passage of {document.path}") from None

    def places(self, splitter: str, *versions: str) -> Iterator[Place]:
        """Where the passages of document versions stand, in order, without reading their texts."""
        from steep.records import queries

        for some in _batches(versions):
            found: dict[str, list[Place]] = {version: [] for version in some}
            for row in queries.places(self._records, splitter, some):
                found[row["version"]].append(_place(row))
            yield from (place for places in found.values() for place in places)

    def forget_unused(self, keep: Iterable[str]) -> None:
        """Delete the document versions that no file and none of the versions to keep name."""
        from steep.records import queries

        with self._records.transaction() as write:
            queries.forget_unused(write, keep)

    def _damaged(self, what: str) -> Damaged:
        return Damaged(
            f"{what} in {self._records.name} is not what was written; run `steep index --rebuild`: it reads every "
            "document anew."
        )


def _batches(versions: Sequence[str]) -> Iterator[Sequence[str]]:
    from steep.records.queries import BATCH

    return (versions[begin : begin + BATCH] for begin in range(0, len(versions), BATCH))


def _document(row: Row) -> Document | None:
    """The document of a row; None where it is not what was written."""
    kept = {name: row[name] for name in ("path", "title", "text")}
    try:
        document = from_json(Document, {**json.loads(row["more"]), **kept})
    except (ValueError, TypeError):
        return None
    return document if document.version == row["version"] else None


def _place(row: Row) -> Place:
    return Place(
        passage=row["id"],
        document=row["document"],
        version=row["version"],
        start=row["start"],
        end=row["end"],
        more=row["more"],
    )


def _rest(fields: Row, columns: Row) -> str:
    """The fields of a value that have no column, as JSON."""
    return json.dumps({name: field for name, field in fields.items() if name not in columns}, sort_keys=True)


def _row(document: Document) -> dict[str, Any]:
    columns = {
        "version": document.version,
        "id": document.id,
        "path": document.path,
        "title": document.title,
        "text": document.text,
    }
    return {**columns, "more": _rest(to_json(document), columns)}


_OF_THE_DOCUMENT = ("document", "path", "title", "text")


def _passage_row(splitter: str, ordinal: int, passage: Passage) -> dict[str, Any]:
    columns = {"version": passage.version, "start": passage.start, "end": passage.end}
    fields = to_json(passage)
    more = _rest(fields, {**columns, **dict.fromkeys(_OF_THE_DOCUMENT)})
    return {"splitter": splitter, "ordinal": ordinal, "id": passage.id, **columns, "more": more}
