"""The laws of an embedder. Subclass ``EmbedderContract``, give it a fixture ``embedder``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import EmbedRequest
from steep.testing.strategies import laws, odd_texts

if TYPE_CHECKING:
    from steep.kinds import Embedder
    from steep.kinds.embedder import Vectors

__all__ = ["EmbedderContract"]

_TEXTS = ("The crane on quay M5 lifts 40 tons.", "Berthing fees are due within 14 days.", "A cat sleeps.")
_LAWS = laws(10)


class EmbedderContract:
    """Vectors have length one and depend on the text alone; a scoped fixture keeps a large model loaded."""

    @pytest.fixture
    def embedder(self) -> Embedder:
        raise NotImplementedError("override the fixture `embedder`")

    def test_vectors_are_float32_of_length_one(self, embedder: Embedder) -> None:
        vectors = _embed(embedder, _TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(_TEXTS), embedder.dimension)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)

    def test_no_texts_give_no_vectors(self, embedder: Embedder) -> None:
        assert _embed(embedder, ()).shape == (0, embedder.dimension)

    def test_a_vector_does_not_depend_on_its_neighbours(self, embedder: Embedder) -> None:
        together = _embed(embedder, (*_TEXTS, "word " * 300))
        for position, text in enumerate(_TEXTS):
            assert float(_embed(embedder, (text,))[0] @ together[position]) > 0.999

    def test_the_same_request_gives_the_same_vectors(self, embedder: Embedder) -> None:
        np.testing.assert_array_equal(_embed(embedder, _TEXTS), _embed(embedder, _TEXTS))

    def test_different_texts_are_told_apart(self, embedder: Embedder) -> None:
        vectors = _embed(embedder, _TEXTS)
        assert np.triu(vectors @ vectors.T, 1).max() < 0.999

    def test_the_digest_is_a_name(self, embedder: Embedder) -> None:
        assert embedder.digest == embedder.digest
        assert embedder.digest.strip()

    @_LAWS
    @given(texts=st.lists(odd_texts(), min_size=1, max_size=4), role=st.sampled_from(("query", "passage")))
    def test_odd_texts_have_finite_vectors(
        self, embedder: Embedder, texts: list[str], role: Literal["query", "passage"]
    ) -> None:
        vectors = embedder.embed(EmbedRequest(texts=tuple(texts), role=role))
        assert vectors.shape == (len(texts), embedder.dimension)
        assert np.isfinite(vectors).all()


def _embed(embedder: Embedder, texts: tuple[str, ...]) -> Vectors:
    return embedder.embed(EmbedRequest(texts=texts, role="passage"))
