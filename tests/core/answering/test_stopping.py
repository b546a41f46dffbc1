"""Stop texts: what is passed on is what stands before the first of them, however it comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.answering.stopping import Stop, stopped
from steep.kinds import Aside, Quote, Said, Weighed

PIECES = st.lists(st.text("ab#\n", max_size=4))
STOPS = st.lists(st.text("ab#\n", min_size=1, max_size=3), max_size=3)


@given(PIECES, STOPS)
def test_the_text_before_the_first_stop_is_passed_on_whole(pieces, stops):
    stop, whole = Stop(stops), "".join(pieces)
    passed = "".join(stop.add(piece) for piece in pieces) + stop.end()
    places = [whole.index(each) for each in stops if each in whole]
    assert passed == (whole[: min(places)] if places else whole)
    assert stop.met == bool(places)


@given(PIECES, STOPS)
def test_what_was_passed_on_is_never_taken_back(pieces, stops):
    stop, passed = Stop(stops), ""
    for piece in pieces:
        passed += stop.add(piece)
        assert not any(each in passed for each in stops)


def sayings(closed):
    try:
        yield Weighed(prompt_tokens=3)
        yield Quote(passage="p", start=0, end=4)
        yield Said(text="Hall B c")
        yield Said(text="loses. Hall C")
        yield Said(text=" is shut.")
    finally:
        closed.append(True)


def test_the_generator_s_work_ends_at_a_stop():
    closed = []
    found = list(stopped(sayings(closed), ["Hall C"]))
    assert "".join(each.text for each in found if isinstance(each, Said)) == "Hall B closes. "
    assert [type(each) for each in found[:2]] == [Weighed, Quote]
    assert closed == [True]


def test_closing_closes_the_generator():
    closed = []
    found = stopped(sayings(closed), ["never"])
    next(found)
    found.close()
    assert closed == [True]


@pytest.mark.parametrize("kind", [Said, Aside])
def test_an_end_that_only_began_like_a_stop_is_said(kind):
    found = list(stopped(iter([kind(text="one"), kind(text="ST")]), ["STOP"]))
    assert "".join(each.text for each in found) == "oneST"
    assert {type(each) for each in found} == {kind}
