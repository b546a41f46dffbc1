"""The laws of a filter of pairs. Subclass ``FilterContract`` and give it a fixture ``make_filter``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import FilterRequest, Sifted
from steep.testing.strategies import laws, odd_texts
from steep.values import Pair, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.kinds import Filter

__all__ = ["FilterContract", "pair_of"]

_LAWS = laws(20)


def pair_of(question: str, answer: str) -> Pair:
    """A pair about one passage; an empty answer makes it unanswerable."""
    span = Span(document="d", version="v", start=0, end=len(answer), text=answer)
    return Pair(
        question=question,
        answer=answer,
        passages=("p",),
        spans=(span,) if answer else (),
        synthesizer="test",
        kind="fact",
        rule="test",
        seed=0,
    )


class FilterContract:
    """Override the fixture ``make_filter``: a function that makes the filter anew, since one may remember pairs."""

    @pytest.fixture
    def make_filter(self) -> Callable[[], Filter]:
        raise NotImplementedError("override the fixture `make_filter` to return a function that makes yours")

    @_LAWS
    @given(said=st.lists(st.tuples(odd_texts(), odd_texts()), max_size=5))
    def test_every_pair_is_kept_or_counted(
        self, make_filter: Callable[[], Filter], said: list[tuple[str, str]]
    ) -> None:
        """Those kept come in their order; a reason is one line, and scores are finite."""
        pairs = tuple(pair_of(question, answer) for question, answer in said)
        sifted = make_filter().sift(FilterRequest(pairs=pairs))
        assert len(sifted.kept) + sum(sifted.dropped.values()) == len(pairs)
        order = iter(pair.id for pair in pairs)
        assert all(pair.id in order for pair in sifted.kept)
        assert all(reason.strip() and "\n" not in reason for reason in sifted.dropped)
        assert all(math.isfinite(score) for pair in sifted.kept for score in pair.scores.values())

    def test_the_same_pairs_are_sifted_the_same(self, make_filter: Callable[[], Filter]) -> None:
        pairs = (pair_of("What does the crane lift?", "forty tons"), pair_of("Who owns the crane?", ""))
        request = FilterRequest(pairs=pairs)
        assert make_filter().sift(request) == make_filter().sift(request)

    def test_no_pairs_are_no_fault(self, make_filter: Callable[[], Filter]) -> None:
        assert make_filter().sift(FilterRequest(pairs=())) == Sifted(kept=(), dropped={})

    def test_it_says_whether_it_is_costly(self, make_filter: Callable[[], Filter]) -> None:
        assert isinstance(make_filter().costly, bool)
