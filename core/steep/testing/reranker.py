"""The laws of a reranker. Subclass ``RerankerContract``, give it a fixture ``reranker``, and pytest does the rest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import RerankRequest
from steep.testing.strategies import laws, odd_texts
from steep.values import Hit, Passage

if TYPE_CHECKING:
    from steep.kinds import Reranker

__all__ = ["RerankerContract", "hits_of"]

_LAWS = laws(20)
_TEXTS = ("Hall B is cold.", "The crane lifts forty tons.", "Berths are let by the day.", "Nobody swims here.")


def hits_of(*texts: str) -> tuple[Hit, ...]:
    """Hits with these texts, best first, as a retriever would bring them."""
    return tuple(
        Hit(
            passage=Passage(
                document=f"d{at}", version="v", path=f"{at}.md", title="", start=0, end=len(text), text=text
            ),
            score=1 / (at + 1),
            rank=at + 1,
        )
        for at, text in enumerate(texts)
    )


class RerankerContract:
    """Override the fixture ``reranker``. Each test is a law that the answer flow relies on."""

    @pytest.fixture
    def reranker(self) -> Reranker:
        raise NotImplementedError("override the fixture `reranker` to return yours")

    @_LAWS
    @given(question=odd_texts(), texts=st.lists(odd_texts(), max_size=6, unique=True), k=st.integers(1, 8))
    def test_it_invents_nothing_and_ranks_from_one(
        self, reranker: Reranker, question: str, texts: list[str], k: int
    ) -> None:
        hits = hits_of(*texts)
        ranked = reranker.rerank(RerankRequest(question=question, hits=hits, k=k))
        assert len(ranked) <= k
        assert {hit.passage for hit in ranked} <= {hit.passage for hit in hits}
        assert len({hit.passage for hit in ranked}) == len(ranked)
        assert [hit.rank for hit in ranked] == list(range(1, len(ranked) + 1))

    def test_scores_are_finite_and_do_not_rise(self, reranker: Reranker) -> None:
        scores = [hit.score for hit in self._ranked(reranker)]
        assert all(math.isfinite(score) for score in scores)
        assert scores == sorted(scores, reverse=True)

    def test_the_same_hits_come_in_the_same_order(self, reranker: Reranker) -> None:
        assert self._ranked(reranker) == self._ranked(reranker)

    def test_no_hits_give_no_hits(self, reranker: Reranker) -> None:
        assert reranker.rerank(RerankRequest(question="Where?", hits=(), k=5)) == ()

    def _ranked(self, reranker: Reranker) -> tuple[Hit, ...]:
        return reranker.rerank(RerankRequest(question="What does the crane lift?", hits=hits_of(*_TEXTS), k=4))
