"""steep's laws for a reranker, and what this one does beyond them."""

import pytest

from steep import Context
from steep.authoring.examples.reranker import Options, build
from steep.kinds import RerankRequest
from steep.testing import RerankerContract
from steep.testing.reranker import hits_of


class TestMyReranker(RerankerContract):
    @pytest.fixture
    def reranker(self):
        return build(Options(), Context())


def test_a_rare_word_of_the_question_moves_its_passage_up():
    hits = hits_of("the crane is new", "the crane of hall B", "the crane is old")
    first, *_ = build(Options(), Context()).rerank(RerankRequest(question="the crane of hall", hits=hits, k=3))
    assert first.passage.text == "the crane of hall B"
