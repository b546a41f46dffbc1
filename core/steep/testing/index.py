"""The laws of an index. Subclass ``IndexContract``, give it a fixture ``index``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.errors import Damaged
from steep.kinds import IndexBuild, IndexQuery
from steep.testing.library import HashedWords
from steep.testing.strategies import laws, odd_texts, plain_texts

if TYPE_CHECKING:
    import numpy.typing as npt

    from steep.kinds import Index, Ranked, Searchable

__all__ = ["IndexContract", "built", "query"]

_TEXTS = (
    "Berthing fees are due within fourteen days.",
    "The crane on quay five lifts forty tons.",
    "Ferries stop when gusts reach sixty knots.",
    "Frozen fish is stored at minus twenty degrees.",
    "Pilots board two miles west of the breakwater.",
)
_LAWS = laws(15)


def built(index: Index, texts: tuple[str, ...], folder: Path) -> Searchable:
    """The index of these texts, whose ids are ``p0``, ``p1`` …, written below the folder and opened."""
    index.build(
        IndexBuild(
            folder=folder,
            ids=tuple(f"p{position}" for position in range(len(texts))),
            texts=texts,
            vectors=_vectors(texts) if index.uses_vectors else None,
        )
    )
    return index.open(folder)


def query(text: str, k: int, allowed: npt.NDArray[np.bool_] | None = None) -> IndexQuery:
    return IndexQuery(text=text, k=k, vector=HashedWords()(text), allowed=allowed)


def _vectors(texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
    embed = HashedWords()
    return np.concatenate([embed(text) for text in texts]) if texts else np.empty((0, embed.dimension), np.float32)


class IndexContract:
    """What is built can be searched, filtered and opened again, and damage is noticed."""

    @pytest.fixture
    def index(self) -> Index:
        raise NotImplementedError("override the fixture `index`")

    def test_a_text_finds_itself_first(self, index: Index, tmp_path: Path) -> None:
        opened = built(index, _TEXTS, tmp_path)
        for position, text in enumerate(_TEXTS):
            assert opened.search(query(text, 3)).ids[0] == f"p{position}"

    def test_opened_again_it_answers_alike(self, index: Index, tmp_path: Path) -> None:
        first = built(index, _TEXTS, tmp_path)
        second = index.open(tmp_path)
        assert first.search(query(_TEXTS[2], 5)) == second.search(query(_TEXTS[2], 5))

    def test_the_same_input_writes_the_same_bytes(self, index: Index, tmp_path: Path) -> None:
        written = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            built(index, _TEXTS, folder)
            written.append(
                {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
            )
        assert written[0] == written[1]

    def test_an_empty_index_finds_nothing(self, index: Index, tmp_path: Path) -> None:
        assert built(index, (), tmp_path).search(query("crane", 5)).ids == ()

    def test_none_are_found_when_none_are_asked_for_or_allowed(self, index: Index, tmp_path: Path) -> None:
        opened = built(index, _TEXTS, tmp_path)
        assert opened.search(query(_TEXTS[0], 0)).ids == ()
        assert opened.search(query(_TEXTS[0], 5, np.zeros(len(_TEXTS), dtype=np.bool_))).ids == ()

    def test_a_filter_is_applied_before_the_best_are_chosen(self, index: Index, tmp_path: Path) -> None:
        opened = built(index, ("crane crane crane",) * 20 + ("the crane on quay five",), tmp_path)
        allowed = np.zeros(21, dtype=np.bool_)
        allowed[20] = True
        assert opened.search(query("crane", 1, allowed)).ids == ("p20",)

    def test_equal_texts_have_equal_scores(self, index: Index, tmp_path: Path) -> None:
        found = built(index, ("crane on quay five",) * 4 + _TEXTS, tmp_path).search(query("crane", 4))
        assert found.ids == ("p0", "p1", "p2", "p3")
        assert len(set(found.scores)) == 1

    def test_a_damaged_file_is_noticed(self, index: Index, tmp_path: Path) -> None:
        built(index, _TEXTS, tmp_path)
        largest = max((path for path in tmp_path.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
        largest.unlink()
        with pytest.raises(Damaged, match="steep index"):
            index.open(tmp_path)

    @_LAWS
    @given(
        texts=st.lists(plain_texts(most=6), min_size=1, max_size=8),
        asked=odd_texts(),
        k=st.integers(1, 20),
        seed=st.integers(0, 99),
    )
    def test_results_are_ranked_distinct_and_allowed(
        self, index: Index, texts: list[str], asked: str, k: int, seed: int
    ) -> None:
        allowed = np.random.default_rng(seed).random(len(texts)) < 0.6
        with tempfile.TemporaryDirectory() as folder:
            opened = built(index, tuple(texts), Path(folder))
            _check(opened.search(query(asked, k)), k, np.ones(len(texts), dtype=np.bool_))
            _check(opened.search(query(asked, k, allowed)), k, allowed)


def _check(ranked: Ranked, k: int, allowed: npt.NDArray[np.bool_]) -> None:
    assert len(ranked.ids) == len(ranked.scores) <= k
    assert len(set(ranked.ids)) == len(ranked.ids)
    assert list(ranked.scores) == sorted(ranked.scores, reverse=True)
    assert np.isfinite(ranked.scores).all()
    assert all(allowed[int(each[1:])] for each in ranked.ids)
