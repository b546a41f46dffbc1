"""The index `bm25` scores passages as the plain formula does, for any thread and under any filter."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.kinds import IndexQuery
from steep.testing import IndexContract
from steep_indexes.bm25 import Bm25Index

from .conftest import found, opened, plain_bm25


class TestBm25(IndexContract):
    @pytest.fixture
    def index(self):
        return Bm25Index()


@settings(deadline=None, max_examples=40)
@given(
    texts=st.lists(
        st.lists(st.sampled_from(["berth", "cranes", "tariff", "herrings", "5", "lifting"]), max_size=12).map(" ".join),
        min_size=1,
        max_size=10,
    ).filter(any),
    question=st.lists(
        st.sampled_from(["berths", "crane", "herring", "herring", "5", "unknown", "the"]), max_size=5
    ).map(" ".join),
    k1=st.sampled_from([0.5, 1.2, 2.0]),
    b=st.sampled_from([0.0, 0.4, 0.75, 1.0]),
)
def test_it_agrees_with_the_plain_formula(tmp_path_factory, texts, question, k1, b):
    search = opened(tmp_path_factory.mktemp("bm25"), texts, k1=k1, b=b)
    assert found(search, question) == pytest.approx(plain_bm25(texts, question, k1, b), rel=1e-4)


def test_stop_words_count_where_a_question_holds_nothing_else(tmp_path):
    search = opened(tmp_path, ["the crane is on the quay", "the fish is in the hall", "to be or not to be"])
    assert set(found(search, "or not to be")) == {"p2"}
    assert set(found(search, "is the crane")) == {"p0"}
    assert found(search, "") == {}


def test_stop_words_change_no_score_of_other_words(tmp_path_factory):
    folders = [tmp_path_factory.mktemp("bm25") for _ in range(2)]
    plain = opened(folders[0], ["crane quay", "fish hall crane hall"])
    common = opened(folders[1], ["the crane is on the quay", "this is the fish in the hall, a crane and a hall"])
    assert found(plain, "crane hall") == found(common, "crane hall")


def test_the_most_is_what_a_passage_could_score(tmp_path):
    search = opened(tmp_path, ["crane crane crane", "crane fish"])
    known, unknown = (search.search(IndexQuery(text=text, k=5)) for text in ("crane fish", "crane zebra"))
    assert max(known.scores) < known.most < unknown.most


def test_passages_without_terms_are_kept_in_place(tmp_path):
    assert set(found(opened(tmp_path, ["", "the", "crane", "…"]), "crane")) == {"p2"}


def test_threads_may_share_it(tmp_path):
    texts = [f"crane number {number} lifts fishes" for number in range(50)]
    search = opened(tmp_path, texts)
    expected = found(search, "cranes lifting fish 7")
    results = []
    threads = [
        threading.Thread(target=lambda: results.extend(found(search, "cranes lifting fish 7") for _ in range(30)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 120
    assert all(each == expected for each in results)


def test_a_filter_is_a_pre_filter(tmp_path):
    search = opened(tmp_path, ["crane crane", "crane", "fish"])
    assert found(search, "crane", k=1, allowed=np.array([False, True, True])).keys() == {"p1"}


def test_a_word_may_stand_in_a_passage_more_often_than_is_counted(tmp_path):
    search = opened(tmp_path, ["crane " * 70_000, "crane " * 65_535 + "fish " * 4_465], b=0.0)
    assert found(search, "crane")["p0"] == found(search, "crane")["p1"]
