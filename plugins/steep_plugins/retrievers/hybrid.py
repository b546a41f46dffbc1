"""The retriever `hybrid`: every index is searched, and the scores are fused.

Convex fusion with theoretical-minimum normalisation (Bruch, Gai, Ingber: An Analysis of Fusion Functions for Hybrid
Retrieval, 2022): an index's score s becomes (s - floor) / (best - floor), where floor is the least score that the
index could give (0 for BM25, -1 for a cosine) and best the greatest for this question. A passage that one index
found is scored by the others as well, so no score is guessed. Where an index can give its vectors back, those decide
by a second look (`second_look.py`).

That sum is 1 for the best passage of every question. So that scores of different questions compare, all of them are
multiplied by how near the best one comes to what its indexes could give at most: the mean, by the same weights, of its
cosine and of the share of the question's words, by their rarity, that it holds. The order stays as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from steep.errors import ConfigError
from steep.kinds import IndexQuery, Library, RetrievalRequest
from steep_plugins.retrievers.copies import collapsed
from steep_plugins.retrievers.names import known
from steep_plugins.retrievers.second_look import kin, moved, vouched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.kinds import Ranked
    from steep.values import Hit

    Scores = dict[str, float]


class Hybrid:
    """``rrf`` fuses ranks alone: sum of weight / (rrf_k + rank) (Cormack, Clarke, Büttcher 2009)."""

    def __init__(
        self,
        library: Library,
        *,
        indexes: tuple[str, ...] = (),
        fusion: Literal["convex", "rrf"] = "convex",
        weights: Mapping[str, float] | None = None,
        growth: Mapping[str, float] | None = None,
        floors: Mapping[str, float] | None = None,
        depth: int = 100,
        rrf_k: int = 60,
        feedback: float = 0.0,
        neighbours: float = 0.0,
    ) -> None:
        self.indexes = known(indexes, library.names, key="indexes") or library.names
        self.weights = {name: float((weights or {}).get(name, 1.0)) for name in self.indexes}
        known(weights or (), self.indexes, key="weights")
        if min(self.weights.values(), default=0) < 0 or not any(self.weights.values()):
            raise ConfigError(f"[retriever]: `weights` must not be negative, nor all zero: {dict(self.weights)}.")
        known(growth or (), self.indexes, key="growth")
        self.growth = dict(growth or {})
        self.floors = {name: float((floors or {}).get(name, 0.0)) for name in self.indexes}
        self.fusion = fusion
        self.depth = depth
        self.rrf_k = rrf_k
        self.feedback = feedback
        self.neighbours = neighbours
        self._library = library
        self._rows = {each: row for row, each in enumerate(library.ids)}

    def retrieve(self, request: RetrievalRequest) -> tuple[Hit, ...]:
        if request.k <= 0:
            return ()
        query = IndexQuery(
            text=request.question,
            k=max(self.depth, request.k),
            vector=self._library.embed(request.question),
            allowed=self._library.mask(request.caller, request.within),
        )
        while True:
            found = {name: self._library.search(name, query) for name in self.indexes if self.weights[name] > 0}
            hits = self._fused(query, found, request.k)
            full = any(len(ranked.ids) == query.k for ranked in found.values())
            if len(hits) == request.k or not full or not any(hit.also for hit in hits):
                return hits
            query = replace(query, k=4 * query.k)  # copies took the places

    def _fused(self, query: IndexQuery, ranked: Mapping[str, Ranked], k: int) -> tuple[Hit, ...]:
        found = {name: dict(zip(each.ids, each.scores, strict=True)) for name, each in ranked.items() if each.ids}
        full = {name: self._completed(name, query, found) for name in found}
        if self.fusion == "rrf":
            fused = self._by_rank({name: {each: at for at, each in enumerate(found[name], 1)} for name in found})
        else:
            fused = self._by_score(query, self._looked_again(query, full))
        best = sorted(fused.items(), key=lambda item: (-item[1], self._rows[item[0]]))
        parts = {each: {name: full[name][each] for name in full if each in full[name]} for each, _ in best}
        nearness = self._nearness(parts[best[0][0]], ranked) if best and self.fusion == "convex" else None
        if nearness is not None and best[0][1] > 0:
            best = [(each, score * nearness / best[0][1]) for each, score in best]
        return collapsed(self._library, best, parts, k)

    def _nearness(self, parts: Mapping[str, float], ranked: Mapping[str, Ranked]) -> float | None:
        """How near a passage comes to the most that the indexes could give, 0 to 1; None where none of them tells."""
        most = {name: each.most for name, each in ranked.items() if each.most}
        shares = (self.weights[name] * min(1.0, max(0.0, parts.get(name, 0.0) / top)) for name, top in most.items())
        return sum(shares) / sum(self.weights[name] for name in most) if most else None

    def _search(self, name: str, query: IndexQuery) -> Scores:
        ranked = self._library.search(name, query)
        return dict(zip(ranked.ids, ranked.scores, strict=True))

    def _completed(self, name: str, query: IndexQuery, found: Mapping[str, Scores]) -> Scores:
        """This index's scores, with those of the passages that only other indexes found."""
        missing = [self._rows[each] for scores in found.values() for each in scores if each not in found[name]]
        if not missing:
            return found[name]
        allowed = np.zeros(len(self._rows), dtype=np.bool_)
        allowed[missing] = True
        rest = IndexQuery(text=query.text, k=len(missing), vector=query.vector, allowed=allowed)
        return {**found[name], **self._search(name, rest)}

    def _looked_again(self, query: IndexQuery, full: Mapping[str, Scores]) -> Mapping[str, Scores]:
        """The scores, by the question as the best passages would put it, and with what passages say for their like."""
        ids = sorted({each for scores in full.values() for each in scores}, key=self._rows.__getitem__)
        rows = [self._rows[each] for each in ids]
        vectors = {}
        if ids and (self.feedback or self.neighbours):
            found = ((name, self._library.vectors(name, rows)) for name in full)
            vectors = {name: each for name, each in found if each is not None}
        if not vectors:
            return full
        if self.feedback and query.vector is not None:
            first = self._by_score(query, full)
            order = np.argsort([-first[each] for each in ids], kind="stable")
            again = {name: each @ moved(query.vector, each, order, self.feedback) for name, each in vectors.items()}
            full = {**full, **{name: dict(zip(ids, scores.tolist(), strict=True)) for name, scores in again.items()}}
        if not self.neighbours:
            return full
        like = kin(next(iter(vectors.values())))
        taken = {name: np.array([scores.get(each, 0.0) for each in ids], np.float32) for name, scores in full.items()}
        return {
            name: dict(zip(ids, vouched(scores, like, self.neighbours).tolist(), strict=True))
            for name, scores in taken.items()
        }

    def _by_score(self, query: IndexQuery, full: Mapping[str, Scores]) -> Scores:
        weights = self._weights(query.text)
        total = sum(weights[name] for name in full)
        fused: Scores = {}
        for name, scores in full.items():
            floor = self.floors[name]
            reach = max(scores.values()) - floor
            for each, score in scores.items():
                share = (score - floor) / reach if reach > 0 else 0.0
                fused[each] = fused.get(each, 0.0) + weights[name] / total * share
        return fused

    def _weights(self, question: str) -> dict[str, float]:
        """An index's weight for a question: where it grows, twice as much for twice as many words."""
        words = len(question.split())
        grown = {name: max(1.0, words / each) for name, each in self.growth.items()}
        return {name: each * grown.get(name, 1.0) for name, each in self.weights.items()}

    def _by_rank(self, ranks: Mapping[str, Mapping[str, int]]) -> Scores:
        fused: Scores = {}
        for name, places in ranks.items():
            for each, rank in places.items():
                fused[each] = fused.get(each, 0.0) + self.weights[name] / (self.rrf_k + rank)
        return fused
