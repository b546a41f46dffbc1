"""The index `faiss`."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from steep.errors import Damaged, NotIndexed
from steep.kinds import IndexBuild, IndexQuery
from steep.testing import IndexContract
from steep_indexes.faiss import FaissIndex
from steep_indexes.ids import write_ids


class TestFaiss(IndexContract):
    @pytest.fixture
    def index(self):
        return FaissIndex()


def unit_vectors(count: int, *, dimension: int = 16, seed: int = 0):
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def opened(folder, vectors, index=None):
    index = index or FaissIndex()
    ids = tuple(f"p{row}" for row in range(len(vectors)))
    index.build(IndexBuild(folder=folder, ids=ids, texts=("",) * len(ids), vectors=vectors))
    return index.open(folder)


def numbers(found) -> list[int]:
    return [int(each[1:]) for each in found.ids]


@settings(deadline=None, max_examples=40)
@given(
    vectors=arrays.arrays(np.float32, (12, 4), elements=st.floats(-1, 1, width=32)),
    asked=arrays.arrays(np.float32, (4,), elements=st.floats(-1, 1, width=32)),
    allowed=arrays.arrays(np.bool_, (12,)),
    k=st.integers(1, 15),
)
def test_it_agrees_with_brute_force(tmp_path_factory, vectors, asked, allowed, k):
    found = opened(tmp_path_factory.mktemp("faiss"), vectors).search(
        IndexQuery(text="", k=k, vector=asked, allowed=allowed)
    )
    scores = vectors @ asked
    expected = sorted((score for score, shown in zip(scores, allowed, strict=True) if shown), reverse=True)[:k]
    np.testing.assert_allclose(found.scores, expected, atol=1e-5)
    np.testing.assert_allclose(found.scores, scores[numbers(found)], atol=1e-5)


@pytest.mark.parametrize(
    "index",
    [FaissIndex(exact_until=10), FaissIndex(exact_until=10, flat_until=20, probes=4)],
    ids=["eight bits", "clusters"],
)
def test_a_compressed_index_finds_nearly_the_same(tmp_path, index):
    vectors = unit_vectors(2000)
    search = opened(tmp_path, vectors, index)
    asked = unit_vectors(20, seed=1)
    shared = [
        len(set(numbers(search.search(IndexQuery(text="", k=10, vector=each)))) & set(np.argsort(-vectors @ each)[:10]))
        for each in asked
    ]
    assert np.mean(shared) > 5


def test_a_narrow_filter_is_filled_from_clusters_that_were_not_probed(tmp_path):
    vectors = unit_vectors(2000)
    search = opened(tmp_path, vectors, FaissIndex(exact_until=0, flat_until=0, probes=1))
    allowed = np.zeros(2000, dtype=np.bool_)
    allowed[::200] = True
    found = search.search(IndexQuery(text="", k=10, vector=vectors[0], allowed=allowed))
    assert sorted(numbers(found)) == list(range(0, 2000, 200))


def test_clusters_are_looked_into_as_a_filter_is_narrow(tmp_path):
    vectors = unit_vectors(2000)
    search = opened(tmp_path, vectors, FaissIndex(exact_until=0, flat_until=0, probes=6))
    allowed = np.random.default_rng(2).random(2000) < 0.1
    shared = []
    for asked in unit_vectors(20, seed=1):
        nearest = [row for row in np.argsort(-vectors @ asked).tolist() if allowed[row]][:10]
        found = search.search(IndexQuery(text="", k=10, vector=asked, allowed=allowed))
        shared.append(len(set(numbers(found)) & set(nearest)))
    assert np.mean(shared) > 9


def test_a_missing_vector_is_an_error(tmp_path):
    search = opened(tmp_path, unit_vectors(3))
    with pytest.raises(ValueError, match="needs the question's vector"):
        search.search(IndexQuery(text="crane", k=1))
    with pytest.raises(ValueError, match="a vector for each id"):
        FaissIndex().build(IndexBuild(folder=tmp_path, ids=("a",), texts=("a",)))


def test_a_vector_of_another_embedder_is_named_with_what_to_do(tmp_path):
    search = opened(tmp_path, np.eye(4, dtype=np.float32))
    with pytest.raises(NotIndexed, match=r"vectors of 4 numbers, .* makes 6: .*`steep index`"):
        search.search(IndexQuery(text="", k=1, vector=np.ones(6, dtype=np.float32)))


def test_vectors_that_are_not_finite_are_refused(tmp_path):
    with pytest.raises(ValueError, match="not finite"):
        opened(tmp_path, np.full((2, 4), np.nan, dtype=np.float32))


def test_ids_that_do_not_fit_the_vectors_are_damage(tmp_path):
    opened(tmp_path, unit_vectors(3))
    write_ids(tmp_path, ("p0", "p1"))
    with pytest.raises(Damaged, match="3 vectors for 2 passages"):
        FaissIndex().open(tmp_path)


def test_a_truncated_file_is_damage(tmp_path):
    opened(tmp_path, unit_vectors(300))
    path = tmp_path / "vectors.faiss"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(Damaged, match="cannot be read"):
        FaissIndex().open(tmp_path)


@pytest.mark.parametrize("limits", [{}, {"exact_until": 10}, {"exact_until": 10, "flat_until": 20}])
def test_every_sort_of_index_gives_its_vectors_back(limits, tmp_path):
    vectors = np.random.default_rng(3).normal(size=(200, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = FaissIndex(**limits)
    ids = tuple(map(str, range(200)))
    index.build(IndexBuild(folder=tmp_path, ids=ids, texts=ids, vectors=vectors))
    assert index.open(tmp_path).vectors([150, 3]) == pytest.approx(vectors[[150, 3]], abs=0.02)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux says what a process has mapped")
def test_an_opened_index_lies_on_the_disk(tmp_path):
    searchable = opened(tmp_path, unit_vectors(500))
    assert str(tmp_path / "vectors.faiss") in Path("/proc/self/maps").read_text("utf-8")
    assert len(searchable.vectors([0])) == 1
