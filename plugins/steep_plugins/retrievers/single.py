"""The retrievers `dense` and `lexical`: one index, its scores as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import IndexQuery, Library, RetrievalRequest
from steep.values import Hit
from steep_plugins.retrievers.names import known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Single:
    """Searches the index of that name; ``embeds`` says whether it is searched by vector."""

    def __init__(self, library: Library, *, index: str, embeds: bool) -> None:
        (self.index,) = known([index], library.names, key="index")
        self._library = library
        self._embeds = embeds

    def retrieve(self, request: RetrievalRequest) -> tuple[Hit, ...]:
        allowed = self._library.mask(request.caller, request.within)
        vector = self._library.embed(request.question) if self._embeds else None
        query = IndexQuery(text=request.question, k=request.k, vector=vector, allowed=allowed)
        ranked = self._library.search(self.index, query)
        parts = {each: {self.index: score} for each, score in zip(ranked.ids, ranked.scores, strict=True)}
        return as_hits(self._library, list(zip(ranked.ids, ranked.scores, strict=True)), parts)


def as_hits(
    library: Library, scored: Sequence[tuple[str, float]], parts: Mapping[str, Mapping[str, float]]
) -> tuple[Hit, ...]:
    """Hits of scored passage ids, best first; ranks count from 1."""
    passages = library.passages([each for each, _ in scored])
    return tuple(
        Hit(passage=passage, score=score, rank=rank, parts=parts[each])
        for rank, ((each, score), passage) in enumerate(zip(scored, passages, strict=True), start=1)
    )
