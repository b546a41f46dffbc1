"""The retrievers `dense` and `lexical`: one index, its scores as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import IndexQuery, Library, RetrievalRequest
from steep_plugins.retrievers.copies import BEYOND, collapsed
from steep_plugins.retrievers.names import known

if TYPE_CHECKING:
    from steep.values import Hit


class Single:
    """Searches the index of that name; ``embeds`` says whether it is searched by vector."""

    def __init__(self, library: Library, *, index: str, embeds: bool) -> None:
        (self.index,) = known([index], library.names, key="index")
        self._library = library
        self._embeds = embeds

    def retrieve(self, request: RetrievalRequest) -> tuple[Hit, ...]:
        if request.k <= 0:
            return ()
        allowed = self._library.mask(request.caller, request.within)
        vector = self._library.embed(request.question) if self._embeds else None
        depth = request.k + BEYOND
        while True:
            query = IndexQuery(text=request.question, k=depth, vector=vector, allowed=allowed)
            ranked = self._library.search(self.index, query)
            scored = list(zip(ranked.ids, ranked.scores, strict=True))
            hits = collapsed(self._library, scored, {each: {self.index: score} for each, score in scored}, request.k)
            if len(hits) == request.k or len(scored) < depth:
                return hits
            depth *= 4  # copies took the places
