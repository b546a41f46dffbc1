"""A splitter: a Document becomes Passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from steep.values import Document, Passage


class Splitter(Protocol):
    """Cuts a document into passages; ``fingerprint`` changes when the same document would be cut otherwise."""

    @property
    def fingerprint(self) -> str: ...

    def split(self, document: Document) -> tuple[Passage, ...]: ...


KIND = Kind(
    name="splitter",
    summary="cuts documents into passages",
    table='[splitter]\nuse = "NAME"',
    advice=(
        "Offsets are the document's: `document.text[start:end]` is the passage's text, without white space at"
        " its ends. Headings are no passages; they are given as `heading`, and are indexed with the text. Let"
        " `fingerprint` hold every option: passages are kept by it."
    ),
)
