"""The laws of a retriever. Subclass ``RetrieverContract``, override ``build`` to make one over a library."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import RetrievalRequest
from steep.testing.library import MemoryLibrary, memory_library
from steep.testing.strategies import laws, odd_texts, passages
from steep.values import OPERATOR, Caller, Passage

if TYPE_CHECKING:
    from steep.kinds import Retriever
    from steep.values import Hit

__all__ = ["RetrieverContract"]

_LAWS = laws(15)
_PLAIN_WORD = re.compile(r"\b(?:berth|crane|tariff)\b")
_DOCUMENTS = st.frozensets(st.sampled_from(("document-0", "document-1", "document-2", "unknown")))


class RetrieverContract:
    """The library that ``build`` is given has the indexes ``dense`` and ``lexical``."""

    def build(self, library: MemoryLibrary) -> Retriever:
        raise NotImplementedError("override `build`: return the retriever over this library")

    @_LAWS
    @given(found=passages(), question=odd_texts(), k=st.integers(0, 20))
    def test_at_most_k_hits_come_ranked(self, found: tuple[Passage, ...], question: str, k: int) -> None:
        hits = self._retrieve(found, question, k)
        assert len(hits) <= k
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert len({hit.passage.id for hit in hits}) == len(hits)
        assert {hit.passage.id for hit in hits} <= {passage.id for passage in found}

    @_LAWS
    @given(found=passages(), visible=_DOCUMENTS, within=st.none() | _DOCUMENTS)
    def test_nothing_outside_the_scope_is_found(
        self, found: tuple[Passage, ...], visible: frozenset[str], within: frozenset[str] | None
    ) -> None:
        for passage in found:
            hits = self._retrieve(found, passage.text, len(found), Caller(name="test", documents=visible), within)
            assert {hit.passage.document for hit in hits} <= visible & (visible if within is None else within)

    @_LAWS
    @given(found=passages(least=2))
    def test_a_filter_leaves_no_fewer_hits_than_it_must(self, found: tuple[Passage, ...]) -> None:
        """A filter works before the best are chosen: an allowed passage that matches is always found."""
        for passage in found:
            if not _PLAIN_WORD.search(passage.text):
                continue  # a lexical index may know no word of it
            hits = self._retrieve(found, passage.text, 1, Caller(name="test", documents=frozenset({passage.document})))
            assert [hit.passage.document for hit in hits] == [passage.document]

    @_LAWS
    @given(found=passages(), question=odd_texts())
    def test_the_same_question_finds_the_same(self, found: tuple[Passage, ...], question: str) -> None:
        assert self._retrieve(found, question, 5) == self._retrieve(found, question, 5)

    def test_a_passage_is_found_by_its_own_text(self) -> None:
        texts = ("Berthing fees are due.", "The crane lifts forty tons.", "Ferries stop in storms.", "Fish is frozen.")
        found = tuple(
            Passage(document="d", version=f"v{index}", path="p", title="", start=0, end=len(text), text=text)
            for index, text in enumerate(texts)
        )
        for passage in found:
            assert self._retrieve(found, passage.text, 2)[0].passage == passage

    def test_an_empty_library_has_no_hits(self) -> None:
        assert self._retrieve((), "crane", 5) == ()

    def _retrieve(
        self,
        found: tuple[Passage, ...],
        question: str,
        k: int,
        caller: Caller = OPERATOR,
        within: frozenset[str] | None = None,
    ) -> tuple[Hit, ...]:
        request = RetrievalRequest(question=question, k=k, caller=caller, within=within)
        return self.build(memory_library(found)).retrieve(request)
