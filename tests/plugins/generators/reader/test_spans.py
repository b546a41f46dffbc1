"""The best spans of a window, against a search through all of them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep_plugins.generators.reader.windows import Candidate, Pieces, Window, candidates, distinct

COUNT = 7
PIECES = Pieces(tuple(range(COUNT)), tuple((3 * at, 3 * at + 2) for at in range(COUNT)))
WINDOW = Window(tuple(range(COUNT + 4)), 3, 0, COUNT)

logits = st.lists(st.floats(-9, 9, width=32), min_size=COUNT + 4, max_size=COUNT + 4)
ranges = st.lists(st.tuples(st.integers(0, 22), st.integers(1, 5)).map(lambda r: (r[0], r[0] + r[1])), max_size=3)


def array(values):
    return np.asarray(values, dtype=np.float32)


def searched(starts, ends, barred, longest):
    nothing = starts[0] + ends[0]
    found = {}
    for first in range(COUNT):
        for last in range(first, min(COUNT, first + longest)):
            span = (PIECES.spans[first][0], PIECES.spans[last][1])
            if not any(span[0] < end and span[1] > start for start, end in barred):
                found[span] = starts[3 + first] + ends[3 + last] - nothing
    return found


@settings(deadline=None)
@given(starts=logits, ends=logits, barred=ranges, longest=st.integers(1, COUNT))
def test_the_best_spans_are_those_a_full_search_finds(starts, ends, barred, longest):
    found = candidates(array(starts), array(ends), WINDOW, PIECES, passage=2, barred=barred, longest=longest, most=4)
    expected = searched(starts, ends, barred, longest)
    assert len(found) == min(4, len(expected))
    best = sorted(expected.values(), reverse=True)[:4]
    assert [one.margin for one in found] == pytest.approx(best, abs=1e-3)
    for one in found:
        assert expected[one.start, one.end] == pytest.approx(one.margin, abs=1e-3)
        assert one.passage == 2


@settings(deadline=None)
@given(starts=logits, ends=logits)
def test_the_shares_of_all_spans_and_of_no_answer_add_up_to_one(starts, ends):
    found = candidates(array(starts), array(ends), WINDOW, PIECES, passage=0, most=1000)
    nothing = math.exp(found[0].share - found[0].margin)
    assert sum(math.exp(one.share) for one in found) + nothing == pytest.approx(1, abs=1e-3)


def candidate(passage, start, end, margin):
    return Candidate(passage=passage, start=start, end=end, margin=margin, share=-1.0)


def test_a_span_that_overlaps_a_better_one_is_left_out():
    better, worse, elsewhere = candidate(0, 0, 9, 3.0), candidate(0, 4, 12, 2.0), candidate(1, 4, 12, 1.0)
    assert distinct([worse, elsewhere, better], 5) == [better, elsewhere]


def test_a_tie_goes_to_the_earlier_passage():
    assert distinct([candidate(1, 0, 4, 1.0), candidate(0, 8, 9, 1.0)], 1)[0].passage == 0


@settings(deadline=None)
@given(starts=logits, ends=logits)
def test_no_span_goes_on_behind_the_end_of_a_list_item(starts, ends):
    found = candidates(array(starts), array(ends), WINDOW, PIECES, passage=0, breaks=(5, 14), most=1000)
    assert len(found) == 3 + 6 + 3
    assert not any(one.start < at < one.end for one in found for at in (5, 14))
