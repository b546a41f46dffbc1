"""The second look of `hybrid`: the question moves towards what was found, and passages vouch for their like."""

import numpy as np
import pytest

from steep.kinds import IndexQuery, RetrievalRequest
from steep.testing import RetrieverContract
from steep.testing.library import MemoryLibrary, memory_library
from steep.values import OPERATOR, Caller, Passage
from steep_plugins.retrievers.hybrid import Hybrid
from steep_plugins.retrievers.second_look import kin, moved, vouched

AGAIN = {"feedback": 0.5, "neighbours": 0.3}


class TestSecondLook(RetrieverContract):
    def build(self, library):
        return Hybrid(library, floors={"dense": -1.0}, **AGAIN)


def passages(*texts: str) -> list[Passage]:
    return [
        Passage(document=f"d{at}", version="v", path="p", title="", start=0, end=len(text), text=text)
        for at, text in enumerate(texts)
    ]


def found(retriever, question: str, caller: Caller = OPERATOR, k: int = 3) -> list[str]:
    request = RetrievalRequest(question=question, k=k, caller=caller)
    return [hit.passage.text for hit in retriever.retrieve(request)]


KEYS = (
    "length of the boat",
    "password means memorized secret",
    "fees for the winter",
    "memorized secret of eight characters",
    "password",
)


def test_a_passage_in_other_words_is_found_through_one_that_has_both():
    library = memory_library(passages(*KEYS))
    assert found(Hybrid(library), "password") == [KEYS[4], KEYS[1], KEYS[0]]
    for options in ({"feedback": 1.0}, {"neighbours": 0.3}):
        assert found(Hybrid(library, **options), "password") == [KEYS[4], KEYS[1], KEYS[3]]


def test_no_passage_vouches_that_the_caller_may_not_see():
    everything = passages(*KEYS)
    allowed = [each for each in everything if each.text != KEYS[1]]
    caller = Caller(name="a", documents=frozenset(each.document for each in allowed))
    assert found(Hybrid(memory_library(everything), **AGAIN), "password", caller) == [KEYS[4], KEYS[0], KEYS[2]]
    assert found(Hybrid(memory_library(allowed), **AGAIN), "password") == [KEYS[4], KEYS[0], KEYS[2]]


def test_the_question_moves_towards_the_first_two_and_keeps_its_length():
    vectors = np.eye(4, dtype=np.float32)
    question = moved(vectors[:1], vectors, np.array([1, 2, 3]), 1.0)
    assert question == pytest.approx(np.array([1, 0.5, 0.5, 0]) / np.sqrt(1.5))
    assert moved(vectors[:1], vectors, np.array([1, 2, 3]), 0.0) == pytest.approx(vectors[0])


def test_a_share_of_a_score_comes_from_those_most_like_it():
    vectors = np.array([[1, 0], [1, 0], [1, 0], [1, 0], [0, 1]], dtype=np.float32)
    scores = np.array([4, 2, 2, 2, 9], dtype=np.float32)
    assert vouched(scores, kin(vectors), 0.5)[:4] == pytest.approx([3, 2 + 1 / 3, 2 + 1 / 3, 2 + 1 / 3])
    assert vouched(scores, kin(vectors), 0.0) == pytest.approx(scores)
    assert vouched(scores[:1], kin(vectors[:1]), 0.5) == pytest.approx([4])


def test_hits_keep_the_scores_that_their_indexes_gave():
    library = memory_library(passages(*KEYS))
    request = RetrievalRequest(question="password", k=5, caller=OPERATOR)
    once = {hit.passage.id: hit.parts for hit in Hybrid(library).retrieve(request)}
    assert {hit.passage.id: hit.parts for hit in Hybrid(library, **AGAIN).retrieve(request)} == once


def test_an_index_without_vectors_is_fused_as_before():
    class Bare:
        def __init__(self, index):
            self.search = index.search

    library = memory_library(passages(*KEYS))
    bare = MemoryLibrary(passages(*KEYS), {"dense": Bare(library._indexes["dense"])}, library.embed)
    assert bare.vectors("dense", [0]) is None
    assert found(Hybrid(bare, **AGAIN), "password") == found(Hybrid(bare), "password")
    assert bare.search("dense", IndexQuery(text="", k=1, vector=library.embed("boat"))).ids
