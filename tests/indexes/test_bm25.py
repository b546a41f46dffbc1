"""The index `bm25`."""

import math
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.errors import Damaged
from steep.kinds import IndexBuild, IndexQuery
from steep.language import language, terms
from steep.testing import IndexContract
from steep_indexes.bm25 import Bm25Index


class TestBm25(IndexContract):
    @pytest.fixture
    def index(self):
        return Bm25Index()


def opened(folder, texts, **options):
    index = Bm25Index(**options)
    index.build(IndexBuild(folder=folder, ids=tuple(f"p{row}" for row in range(len(texts))), texts=tuple(texts)))
    return index.open(folder)


def found(search, question, k=100, allowed=None) -> dict[str, float]:
    ranked = search.search(IndexQuery(text=question, k=k, allowed=allowed))
    return dict(zip(ranked.ids, ranked.scores, strict=True))


def plain_bm25(texts, question, k1, b) -> dict[str, float]:
    """The formula of the module's docstring, term by term."""
    english = language("english")
    passages = [terms(text, english) for text in texts]
    mean = sum(map(len, passages)) / len(passages)
    scores = {}
    for row, passage in enumerate(passages):
        score = 0.0
        for term in terms(question, english):
            count = passage.count(term)
            containing = sum(term in each for each in passages)
            idf = math.log(1 + (len(passages) - containing + 0.5) / (containing + 0.5))
            score += idf * count / (count + k1 * (1 - b + b * len(passage) / mean)) if count else 0.0
        if score > 0:
            scores[f"p{row}"] = score
    return scores


@settings(deadline=None, max_examples=40)
@given(
    texts=st.lists(
        st.lists(st.sampled_from(["berth", "cranes", "tariff", "fish", "5", "lifting"]), max_size=12).map(" ".join),
        min_size=1,
        max_size=10,
    ).filter(any),
    question=st.lists(st.sampled_from(["berths", "crane", "fish", "fish", "5", "unknown", "the"]), max_size=5).map(
        " ".join
    ),
    k1=st.sampled_from([0.5, 1.2, 2.0]),
    b=st.sampled_from([0.0, 0.4, 0.75, 1.0]),
)
def test_it_agrees_with_the_plain_formula(tmp_path_factory, texts, question, k1, b):
    search = opened(tmp_path_factory.mktemp("bm25"), texts, k1=k1, b=b)
    assert found(search, question) == pytest.approx(plain_bm25(texts, question, k1, b), rel=1e-4)


def test_stop_words_find_nothing(tmp_path):
    search = opened(tmp_path, ["the crane is on the quay", "the fish is in the hall"])
    assert found(search, "is the") == {}
    assert found(search, "") == {}


def test_endings_do_not_matter(tmp_path):
    assert set(found(opened(tmp_path, ["cranes are lifting", "a fish"]), "crane lifts")) == {"p0"}


def test_single_digits_and_numbers_count(tmp_path):
    search = opened(tmp_path, ["berth 5 is closed", "berth 6 is closed", "it costs 3.50 EUR", "it costs 3.75 EUR"])
    assert list(found(search, "berth 5")) == ["p0", "p1"]
    assert list(found(search, "3.50")) == ["p2"]


def test_width_case_and_ideographs_are_folded(tmp_path):
    search = opened(tmp_path, ["ＣＲＡＮＥ on the quay", "港口关闭", "STRASSE"])
    assert set(found(search, "crane")) == {"p0"}
    assert set(found(search, "港口")) == {"p1"}
    assert set(found(search, "straße")) == {"p2"}


def test_a_generation_keeps_its_language(tmp_path):
    opened(tmp_path, ["die Häuser", "das Boot"], language="german")
    assert set(found(Bm25Index(language="english").open(tmp_path), "Haus Häusern")) == {"p0"}


def test_passages_without_terms_are_kept_in_place(tmp_path):
    assert set(found(opened(tmp_path, ["", "the", "crane", "…"]), "crane")) == {"p2"}


def test_files_of_two_generations_are_damage(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    opened(one, ["crane", "fish"])
    opened(other, ["crane", "fish", "berth"])
    (one / "ids.jsonl").write_bytes((other / "ids.jsonl").read_bytes())
    with pytest.raises(Damaged, match="do not belong together"):
        Bm25Index().open(one)


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
