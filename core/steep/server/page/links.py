"""Where a citation or a hit leads: the document, open at the words; and how its place is named."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from steep.wording import page_name

if TYPE_CHECKING:
    from steep.values import Citation, Passage

__all__ = ["document_link", "place_of"]


def document_link(path: str, *, version: str = "", start: int | None = None, end: int | None = None) -> str:
    """The document with this path; of a version, and at the words from ``start`` to ``end``, where they are given."""
    wanted = {"path": path, "version": version, "start": start, "end": end}
    query = urlencode({name: value for name, value in wanted.items() if value not in ("", None)}, errors="replace")
    return f"/documents/show?{query}{'#words' if start is not None else ''}"


def place_of(piece: Citation | Passage) -> str:
    """Page, slide or sheet, and the headings above: `page 3 · Prices › Cranes`."""
    page = page_name(piece.path, piece.page) if piece.page is not None else ""
    return " · ".join(part for part in (page, " › ".join(piece.heading)) if part)
