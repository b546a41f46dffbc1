"""A reader: a file becomes a Document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from steep.values import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read: ``path`` relative to the project, and its bytes."""

    path: str
    data: bytes


class Reader(Protocol):
    """Reads a file to a Document, or raises SourceError. Its offer's ``handles`` lists the suffixes it takes."""

    def read(self, source: Source) -> Document: ...


KIND = Kind(
    name="reader",
    summary="reads files of certain suffixes to text with structure",
    table="[reader.NAME]",
)
