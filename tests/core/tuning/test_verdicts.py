"""People's words on an answer become one verdict, or none where they contradict each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.tuning.verdicts import conflicting, settle
from steep.workspace.answers import Feedback


def said(verdict="right", *, by="anna", better=None, source="feedback", draft=None, answer="a"):
    return Feedback(answer=answer, caller=by, verdict=verdict, better=better, created=0.0, source=source, draft=draft)


def settled(*rows):
    return settle(rows)["a"]


def test_people_who_disagree_settle_nothing():
    found = settled(said("right"), said("wrong", by="bo"))
    assert found.against == "some said that it is right, and others that it is wrong"
    assert found.rows == 2


def test_who_changes_their_mind_is_heard_once():
    found = settled(said("right"), said("wrong", better="At ten."))
    assert (found.right, found.better, found.against) == (False, "At ten.", "")


def test_a_reviewer_outranks_the_others_and_the_last_reviewer_the_first():
    rows = (said("right"), said("wrong", by="bo", source="review"), said("right", by="cy", source="review"))
    assert settled(*rows[:2]).right is False
    assert settled(*rows).right is True
    assert settled(*rows).reviewed
    assert settled(said("right", source="review", draft="At nine."), said("wrong")).draft == "At nine."


def test_better_answers_that_cannot_both_be_right_settle_nothing():
    one, other = said("wrong", better="12 euros"), said("wrong", by="bo", better="10 euros")
    assert "contradict each other" in settled(one, other).against
    assert settled(one, said("wrong", by="bo", better="It costs 12 euros.")).better == "It costs 12 euros."


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("12 euros", "Twelve euros", False),
        ("12 euros", "12 euros a day, 80 a week", False),
        ("12 euros", "10 euros", True),
        ("The Heron", "the heron", False),
        ("The Heron", "A gull", True),
    ],
)
def test_answers_conflict_by_their_numbers_or_by_having_no_word_in_common(one, other, conflict):
    assert conflicting(one, other) is conflicting(other, one) is conflict


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["right", "wrong"]), st.sampled_from("xyz"))))
def test_every_answer_has_one_verdict_and_the_order_of_other_answers_changes_nothing(rows):
    given_rows = [said(verdict, by=by, answer=answer) for answer, verdict, by in rows]
    apart = {answer: settle([each for each in given_rows if each.answer == answer])[answer] for answer, _, _ in rows}
    assert dict(settle(given_rows)) == apart
