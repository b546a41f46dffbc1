"""What a reader and a splitter are: a file becomes a Document, a Document becomes Passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from steep.values import Document, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read: ``path`` relative to the project, and its bytes."""

    path: str
    data: bytes


class Reader(Protocol):
    """Reads a file to a Document, or raises SourceError. Its offer's ``handles`` lists the suffixes it takes."""

    def read(self, source: Source) -> Document: ...


class Splitter(Protocol):
    """Cuts a document into passages; ``fingerprint`` changes when the same document would be cut otherwise."""

    @property
    def fingerprint(self) -> str: ...

    def split(self, document: Document) -> tuple[Passage, ...]: ...
