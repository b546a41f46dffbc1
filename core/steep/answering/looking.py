"""What a program that reads for a model is shown of the documents: passages, titles, a document.

The words that guardrails of the passages bar are blanked, as they are for a generator, and what leaves has passed the
guardrails of the output.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.answering.leaving import hits_leave
from steep.errors import SourceError
from steep.values import Hit, Passage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.answering.policy import Guard
    from steep.answering.searching import Search

__all__ = ["Looking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """One caller's look into one generation; ``guards`` are those of the output."""

    search: Search
    guards: Sequence[Guard]

    @property
    def generation(self) -> int:
        return self.search.library.generation.number

    def find(self, question: str, k: int | None = None) -> tuple[Hit, ...]:
        return hits_leave(self.search.find(question, k), self.guards, question)

    def titles(self) -> Mapping[str, str]:
        """The documents' titles by path; one whose path may not be shown is not named."""
        known = [_named(path, title) for path, title in self.search.titles().items()]
        shown = hits_leave(known, self.guards, "")
        return {
            after.passage.path: after.passage.title
            for before, after in zip(known, shown, strict=True)
            if before.passage.path == after.passage.path
        }

    def read(self, path: str) -> tuple[Hit, ...]:
        """A document's passages in order; raises SourceError where the caller has no document of that path."""
        if path not in self.search.titles():
            raise SourceError(f"there is no document {path!r}; the list of documents says what there is.", path=path)
        return hits_leave(self.search.read(path), self.guards, "")


def _named(path: str, title: str) -> Hit:
    return Hit(
        passage=Passage(document="", version="", path=path, title=title, start=0, end=0, text=""), score=0.0, rank=0
    )
