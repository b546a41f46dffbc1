"""steep's laws for a filter, and what this one does beyond them."""

import pytest

from steep import Context
from steep.authoring.examples.filter import Options, build
from steep.kinds import FilterRequest
from steep.testing import FilterContract
from steep.testing.filter import pair_of


class TestMyFilter(FilterContract):
    @pytest.fixture
    def make_filter(self):
        return lambda: build(Options(), Context())


def test_a_short_question_is_dropped_and_says_why():
    pairs = (pair_of("How much?", "12 EUR"), pair_of("How much is berth 3?", "12 EUR"))
    sifted = build(Options(words=3), Context()).sift(FilterRequest(pairs=pairs))
    assert (sifted.kept, sifted.dropped) == (pairs[1:], {"the question is too short": 1})
