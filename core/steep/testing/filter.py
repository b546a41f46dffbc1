"""The laws of a filter of pairs. Subclass ``FilterContract`` and give it a fixture ``filter``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from steep.kinds import FilterRequest, Sifted
from steep.testing.strategies import odd_texts
from steep.values import Pair, Span

if TYPE_CHECKING:
    from steep.kinds import Filter

__all__ = ["FilterContract", "pair_of"]

_LAWS = settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[
        HealthCheck.differing_executors,
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)


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
    """Override the fixture ``filter``. Each test is a law that the synthesize flow relies on."""

    @pytest.fixture
    def filter(self) -> Filter:
        raise NotImplementedError("override the fixture `filter` to return yours")

    @_LAWS
    @given(question=odd_texts(), answer=odd_texts())
    def test_every_pair_is_judged(self, filter: Filter, question: str, answer: str) -> None:
        """A reason is one line; scores are finite."""
        sifted = filter.sift(FilterRequest(pair=pair_of(question, answer)))
        assert isinstance(sifted, Sifted)
        assert "\n" not in sifted.reason
        assert all(math.isfinite(score) for score in sifted.scores.values())

    def test_the_same_pair_is_judged_the_same(self, filter: Filter) -> None:
        for pair in (pair_of("What does the crane lift?", "forty tons"), pair_of("Who owns the crane?", "")):
            request = FilterRequest(pair=pair, kept=(pair_of("When is hall B cold?", "in winter"),))
            assert filter.sift(request) == filter.sift(request)

    def test_no_pair_before_it_is_no_fault(self, filter: Filter) -> None:
        assert isinstance(filter.sift(FilterRequest(pair=pair_of("Where is the crane?", "on the quay"))), Sifted)
