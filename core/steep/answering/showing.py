"""How places in documents are named to people: below an answer, and beside a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.wording import page_name

if TYPE_CHECKING:
    from steep.values import Answer, Citation, Passage

__all__ = ["NEAREST", "nearest_places", "place", "stretch"]

NEAREST = "What comes nearest:"
_SHOWN = 3
_WORDS = 80


def place(found: Citation | Passage) -> str:
    """The path, the page (slide, sheet, cell) where there are pages, and the headings above."""
    page = f", {page_name(found.path, found.page)}" if found.page else ""
    above = f" · {' › '.join(found.heading)}" if found.heading else ""
    return f"{found.path}{page}{above}"


def stretch(found: Citation | Passage) -> str:
    """Where in the document's text it stands."""
    return f"characters {found.start}–{found.end}"


def nearest_places(answer: Answer) -> list[str]:
    """For a question that the documents did not answer: what comes nearest and where it stands.

    Where no sentence is near, the passages that were found, each with its first words. Nothing for one that a guardrail
    stopped.
    """
    stopped = any(verdict.action in ("refuse", "escalate") for verdict in answer.verdicts)
    if not answer.abstained or stopped:
        return []
    if answer.nearest:
        return [f"“{' '.join(each.text.split())}” {place(each)} ({stretch(each)})" for each in answer.nearest]
    passages = [hit.passage for hit in answer.hits if hit.passage.text.strip()][:_SHOWN]
    return [f"{place(each)} ({stretch(each)}): {_beginning(each.text)}" for each in passages]


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WORDS else f"{line[:_WORDS].rsplit(' ', 1)[0]} …"
