"""The retrievers `hybrid`, `dense` and `lexical`."""

from dataclasses import replace

import numpy as np
import pytest

from steep.errors import ConfigError
from steep.hooks import Context
from steep.kinds import IndexQuery, Ranked, RetrievalRequest
from steep.testing import RetrieverContract
from steep.testing.library import MemoryLibrary
from steep.values import OPERATOR, Passage
from steep_plugins.retrievers import HybridOptions, _hybrid
from steep_plugins.retrievers.hybrid import Hybrid
from steep_plugins.retrievers.single import Single


class TestHybrid(RetrieverContract):
    def build(self, library):
        return Hybrid(library, floors={"dense": -1.0})


class TestRankFusion(RetrieverContract):
    def build(self, library):
        return Hybrid(library, fusion="rrf")


class TestShallowHybrid(RetrieverContract):
    def build(self, library):
        return Hybrid(library, depth=1)


class TestDense(RetrieverContract):
    def build(self, library):
        return Single(library, index="dense", embeds=True)


class TestLexical(RetrieverContract):
    def build(self, library):
        return Single(library, index="lexical", embeds=False)


class FixedScores:
    """An index whose scores are given."""

    def __init__(self, scores: dict[str, float]) -> None:
        self.scores = scores

    def search(self, query: IndexQuery) -> Ranked:
        shown = [
            (score, each)
            for row, (each, score) in enumerate(self.scores.items())
            if score != 0 and (query.allowed is None or query.allowed[row])
        ]
        best = sorted(shown, key=lambda pair: -pair[0])[: query.k]
        return Ranked(ids=tuple(each for _, each in best), scores=tuple(score for score, _ in best))


def library(**scores: tuple[float, ...]) -> MemoryLibrary:
    count = len(next(iter(scores.values())))
    passages = [
        Passage(document="d", version=str(row), path="p", title="", start=0, end=1, text=str(row))
        for row in range(count)
    ]
    ids = [passage.id for passage in passages]
    indexes = {name: FixedScores(dict(zip(ids, row, strict=True))) for name, row in scores.items()}
    return MemoryLibrary(passages, indexes, lambda text: np.ones((1, 2), dtype=np.float32))


def order(retriever, k: int = 10) -> list[str]:
    return [hit.passage.text for hit in retriever.retrieve(RetrievalRequest(question="q", k=k, caller=OPERATOR))]


def test_scores_are_fused_between_the_least_possible_and_the_best():
    hits = Hybrid(library(dense=(0.8, 0.2, -0.4), lexical=(0.0, 5.0, 10.0)), floors={"dense": -1.0}).retrieve(
        RetrievalRequest(question="q", k=3, caller=OPERATOR)
    )
    fused = {hit.passage.text: hit.score for hit in hits}
    assert fused == pytest.approx(
        {
            "0": (1.8 / 1.8) / 2,
            "1": (1.2 / 1.8 + 5 / 10) / 2,
            "2": (0.6 / 1.8 + 1) / 2,
        }
    )


def test_an_index_of_growing_weight_counts_more_for_a_question_of_many_words():
    there = library(dense=(0.9, 0.2), lexical=(1.0, 5.0))

    def first(words: int, **options) -> str:
        retriever = Hybrid(there, floors={"dense": -1.0}, **options)
        return retriever.retrieve(RetrievalRequest(question="q " * words, k=1, caller=OPERATOR))[0].passage.text

    assert [first(words, growth={"dense": 4}) for words in (1, 4, 12)] == ["1", "1", "0"]
    assert [first(12), first(12, weights={"dense": 3.0})] == ["1", "0"]


def test_an_index_that_is_not_there_cannot_grow():
    with pytest.raises(ConfigError, match="growth"):
        Hybrid(library(dense=(0.9, 0.2)), growth={"denser": 4})


def test_three_times_the_words_give_three_times_the_weight():
    there = library(dense=(0.8, 0.2, -0.4), lexical=(0.0, 5.0, 10.0))
    long = RetrievalRequest(question="q " * 12, k=3, caller=OPERATOR)
    floors = {"dense": -1.0}
    grown = Hybrid(there, growth={"dense": 4}, floors=floors).retrieve(long)
    weighed = Hybrid(there, weights={"dense": 3.0}, floors=floors).retrieve(long)
    assert [hit.score for hit in grown] == pytest.approx([hit.score for hit in weighed])


def test_a_hit_names_the_score_of_each_index():
    hits = Hybrid(library(dense=(0.8, 0.2), lexical=(0.0, 5.0))).retrieve(
        RetrievalRequest(question="q", k=2, caller=OPERATOR)
    )
    assert {hit.passage.text: dict(hit.parts) for hit in hits} == {
        "0": {"dense": 0.8},
        "1": {"dense": 0.2, "lexical": 5.0},
    }


def test_what_one_index_found_is_scored_by_the_others():
    """With depth 1 each index finds one passage; without the others' scores passage 0 would win."""
    both = library(dense=(0.90, 0.89), lexical=(1.0, 10.0))
    hits = Hybrid(both, depth=1).retrieve(RetrievalRequest(question="q", k=1, caller=OPERATOR))
    assert [hit.passage.text for hit in hits] == ["1"]
    assert hits[0].parts == {"dense": 0.89, "lexical": 10.0}


@pytest.mark.parametrize("fusion", ["convex", "rrf"])
def test_weights_change_the_order_in_every_mode(fusion):
    opposed = library(dense=(0.9, 0.8, 0.1), lexical=(1.0, 2.0, 3.0))
    dense_first = Hybrid(opposed, fusion=fusion, weights={"dense": 10.0})
    lexical_first = Hybrid(opposed, fusion=fusion, weights={"lexical": 10.0})
    assert order(dense_first) == ["0", "1", "2"]
    assert order(lexical_first) == ["2", "1", "0"]


@pytest.mark.parametrize("fusion", ["convex", "rrf"])
def test_an_index_without_weight_is_not_searched(fusion):
    opposed = library(dense=(0.9, 0.8), lexical=(1.0, 2.0))
    hits = Hybrid(opposed, fusion=fusion, weights={"lexical": 0.0}).retrieve(
        RetrievalRequest(question="q", k=2, caller=OPERATOR)
    )
    assert [hit.passage.text for hit in hits] == ["0", "1"]
    assert all(set(hit.parts) == {"dense"} for hit in hits)


def test_rank_fusion_sums_reciprocal_ranks():
    hits = Hybrid(library(dense=(0.9, 0.8), lexical=(0.0, 2.0)), fusion="rrf", rrf_k=60).retrieve(
        RetrievalRequest(question="q", k=2, caller=OPERATOR)
    )
    assert [hit.score for hit in hits] == pytest.approx([1 / 62 + 1 / 61, 1 / 61])


def test_only_the_named_indexes_are_searched():
    opposed = library(dense=(0.9, 0.8), lexical=(1.0, 2.0))
    assert order(Hybrid(opposed, indexes=("lexical",))) == ["1", "0"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"indexes": ("lexcal",)}, "`indexes` names the index 'lexcal'.*`dense`, `lexical`"),
        ({"weights": {"dence": 1.0}}, "`weights` names the index 'dence'"),
        ({"weights": {"dense": -1.0}}, "must not be negative"),
        ({"weights": {"dense": 0.0, "lexical": 0.0}}, "nor all zero"),
    ],
)
def test_wrong_options_are_named(options, message):
    with pytest.raises(ConfigError, match=message):
        Hybrid(library(dense=(1.0,), lexical=(1.0,)), **options)


def test_a_single_retriever_names_a_missing_index():
    with pytest.raises(ConfigError, match="'vectors'"):
        Single(library(dense=(1.0,)), index="vectors", embeds=True)


def test_without_an_index_the_error_says_what_to_run():
    with pytest.raises(ConfigError, match="steep index"):
        _hybrid(HybridOptions(), Context())


class Telling(FixedScores):
    """One that knows the most it could give."""

    def __init__(self, scores: dict[str, float], most: float) -> None:
        super().__init__(scores)
        self.most = most

    def search(self, query: IndexQuery) -> Ranked:
        return replace(super().search(query), most=self.most)


def test_a_score_says_how_near_the_best_comes_to_the_question():
    there = library(dense=(0.8, 0.4), lexical=(2.0, 5.0))
    for name, most in (("dense", 1.0), ("lexical", 10.0)):
        there._indexes[name] = Telling(there._indexes[name].scores, most)
    hits = Hybrid(there, weights={"dense": 3.0}, floors={"dense": -1.0}).retrieve(
        RetrievalRequest(question="q", k=2, caller=OPERATOR)
    )
    assert [hit.passage.text for hit in hits] == ["0", "1"]
    assert hits[0].score == pytest.approx((3 * 0.8 + 2 / 10) / 4)
    fused = [(3 * 1.8 / 1.8 + 2 / 5) / 4, (3 * 1.4 / 1.8 + 1) / 4]
    assert hits[1].score == pytest.approx(hits[0].score * fused[1] / fused[0])
