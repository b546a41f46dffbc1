"""Text as steep keeps it: documents, the blocks they are made of, and the passages that are retrieved.

Character offsets are Python string indices into ``Document.text``: ``text[start:end]``.
"""

from __future__ import annotations

import bisect
import hashlib
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "row", "code", "quote"]


def content_id(*parts: str) -> str:
    """A stable id made of content: 24 hex digits of the SHA-256 of the length-prefixed parts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:24]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A structural unit of a document: ``text[start:end]`` without the line break that ends it.

    ``level`` is a heading's depth (1 to 6) or an item's nesting (1 is outermost). A table's first ``row`` is its
    header, and has level 1; its other rows have level 2, and 0 where nobody can tell. ``cells`` are where the words of
    a row's cells stand.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    cells: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Words of a file that are not part of its text, and why: frame, hidden, comment."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version of a document, read to text.

    ``path`` is relative to the project, with forward slashes; it is what identifies a document across versions.
    ``text`` is Markdown-like whatever the format was, so that one set of rules reads structure from all of them.
    ``pages`` holds the offset at which each page begins, for formats that have pages. ``left_out`` is what the file
    holds beside its text; the version does not depend on it.
    """

    path: str
    text: str
    title: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[int, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def id(self) -> str:
        return content_id("document", self.path)

    @property
    def version(self) -> str:
        return content_id("version", self.path, self.title, self.text, repr(self.pages), repr(self.blocks))

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, that holds a character offset."""
        return bisect.bisect_right(self.pages, offset) if self.pages else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a document that is retrieved as a unit: ``document.text[start:end] == text``.

    ``heading`` is the path of headings above it, outermost first. ``blocks`` are those of the document that it holds
    whole or in part, with their offsets in the document. ``lead`` is what stands before it and belongs to it: the
    header of a table that goes on in it, or the words that lead into a list. It ``resumes`` a list or a table that
    began before it, and one ``continues`` behind it: what it holds of that is not the whole.
    """

    document: str
    version: str
    path: str
    title: str
    start: int
    end: int
    text: str
    heading: tuple[str, ...] = ()
    page: int | None = None
    blocks: tuple[Block, ...] = ()
    lead: str = ""
    resumes: bool = False
    continues: bool = False

    @property
    def id(self) -> str:
        return content_id("passage", self.version, str(self.start), str(self.end))

    @property
    def indexed_text(self) -> str:
        """What indexes and embedders see: title and headings supply the subject where the text says "it"."""
        above = [self.title, *(part for part in self.heading if part != self.title)]
        return "\n".join(part for part in (" > ".join(filter(None, above)), self.lead, self.text) if part).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a document's text, in one version of it."""

    document: str
    version: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """A complete, immutable state of the index."""

    number: int
    documents: int
    passages: int
    fingerprint: str
