"""Drops questions that do not find their own passage: what retrieval cannot find, nobody will be answered from.

The rank stays as a score (GPL, arXiv 2112.07577, and PAQ, arXiv 2102.07033, filter by retrieval in the same way).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import RetrievalRequest, Sifted
from steep.values import OPERATOR

if TYPE_CHECKING:
    from steep.kinds import FilterRequest, Retriever
    from steep.values import Hit, Pair

REASON = "does not find its own passage"


class RoundTrip:
    """A question must find one of its passages among the first ``k``; ``rank`` is kept, counted from 1."""

    costly = True

    def __init__(self, retriever: Retriever, k: int) -> None:
        self._retriever = retriever
        self._k = k

    def sift(self, request: FilterRequest) -> Sifted:
        pairs = request.pairs
        kept = []
        for pair in pairs:
            rank = self._rank(pair) if pair.answerable else 0
            if rank is not None:
                kept.append(pair.scored("rank", rank) if rank else pair)
        dropped = len(pairs) - len(kept)
        return Sifted(kept=tuple(kept), dropped={REASON: dropped} if dropped else {})

    def _rank(self, pair: Pair) -> int | None:
        hits = self._retriever.retrieve(RetrievalRequest(question=pair.question, k=self._k, caller=OPERATOR))
        places = [place for place, hit in enumerate(hits, start=1) if _holds(hit, pair)]
        return places[0] if places else None


def _holds(hit: Hit, pair: Pair) -> bool:
    return any(each.id in pair.passages for each in hit.places)
