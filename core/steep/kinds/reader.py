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
    advice=(
        "A file that cannot be read is a `SourceError(message, path=source.path)` whose message begins with "
        "the path; the other files go on. `text` is Markdown-like whatever the format was, and `blocks` say "
        "what each stretch of it is: the splitter and the rules that write pairs go by them. A reader works "
        "in a process of its own, under `read_seconds` and `read_megabytes` of [project], so of its context "
        "it has `project`, `seed` and `device`. One that is installed is used where `[reader.NAME]` names it;"
        " `steep init` does, for suffixes that no built-in one takes. Another version of the package reads "
        "every file anew."
    ),
)
