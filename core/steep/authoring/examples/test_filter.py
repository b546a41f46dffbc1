"""steep's laws for a filter, and what this one does beyond them."""

import pytest

from steep import Context
from steep.authoring.examples.filter import Options, build
from steep.kinds import FilterRequest
from steep.testing import FilterContract
from steep.testing.filter import pair_of


class TestMyFilter(FilterContract):
    @pytest.fixture
    def filter(self):
        return build(Options(), Context())


def test_a_short_question_is_dropped_and_says_why():
    sifted = build(Options(words=3), Context()).sift(FilterRequest(pair=pair_of("How much?", "12 EUR")))
    assert (sifted.reason, sifted.scores) == ("the question is too short", {"words": 2.0})
