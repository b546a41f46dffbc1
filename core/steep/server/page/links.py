"""Where a citation or a hit leads: the document, open at the words; and how its place is named."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from steep.values import Citation, Passage

__all__ = ["document_link", "page_name", "place_of"]

_SHEETS = (".xlsx", ".xlsm", ".ods")
_SLIDES = (".pptx", ".odp")


def document_link(path: str, *, version: str = "", start: int | None = None, end: int | None = None) -> str:
    """The document with this path; of a version, and at the words from ``start`` to ``end``, where they are given."""
    wanted = {"path": path, "version": version, "start": start, "end": end}
    query = urlencode({name: value for name, value in wanted.items() if value not in ("", None)}, errors="replace")
    return f"/documents/show?{query}{'#words' if start is not None else ''}"


def place_of(piece: Citation | Passage) -> str:
    """Page, slide or sheet, and the headings above: `page 3 · Prices › Cranes`."""
    page = page_name(piece.path, piece.page) if piece.page is not None else ""
    return " · ".join(part for part in (page, " › ".join(piece.heading)) if part)


def page_name(path: str, number: int) -> str:
    suffix = path.lower()
    name = "sheet" if suffix.endswith(_SHEETS) else "slide" if suffix.endswith(_SLIDES) else "page"
    return f"{name} {number}"
