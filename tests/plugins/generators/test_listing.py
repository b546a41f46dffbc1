"""Of a list that is asked for, nothing is left out."""

from dataclasses import replace

import pytest

from steep.kinds import Abstain, Asked, Said, Weighed, drafted
from steep.values import Hit, Passage
from steep_plugins.generators.listing import completed

STEPS = "To enrol a child:\n\n1. Fill in the form.\n2. Pay the fee within 14 days.\n3. Bring the child along.\n"
PASSAGE = Passage(document="d", version="v", path="lessons.md", title="Lessons", start=0, end=len(STEPS), text=STEPS)
OTHER = replace(PASSAGE, document="e", text="Nobody swims here.", end=18)
HITS = tuple(Hit(passage=each, score=1.0, rank=rank) for rank, each in enumerate((OTHER, PASSAGE), start=1))


def said(reply, question="List the steps to enrol a child.", hits=HITS, barred=None):
    pieces = [Said(text=reply[at : at + 5]) for at in range(0, len(reply), 5)]
    asked = Asked(question=question, hits=hits, barred=barred or {})
    return drafted(completed(iter([*pieces, Weighed(confidence=0.7)]), asked))


def test_who_asks_for_the_steps_is_given_all_of_them_where_the_model_says_one():
    draft = said("Fill in the form. [2]")
    assert draft.text == "1. Fill in the form. [2]\n2. Pay the fee within 14 days. [2]\n3. Bring the child along. [2]"
    assert draft.confidence == 0.7


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("Fill in the form. [2]", "What must be filled in to enrol a child?"),
        ("The form is filled in first. [2]", "List the steps to enrol a child."),
        ("Fill in the form. [1]", "List the steps to enrol a child."),
        ("Fill in the form. [7]", "List the steps to enrol a child."),
    ],
    ids=["one thing is asked", "in other words", "of a passage without it", "of none"],
)
def test_else_what_the_model_says_stays(reply, question):
    assert said(reply, question).text == reply


def test_an_item_that_may_not_be_quoted_is_not_said():
    start = STEPS.index("Pay")
    assert "Pay" not in said("Fill in the form. [2]", barred={PASSAGE.id: ((start, start + 10),)}).text


def test_who_abstains_says_no_list():
    asked = Asked(question="List the steps to enrol a child.", hits=HITS)
    draft = drafted(completed(iter([Said(text="Fill in the form. [2]"), Abstain(reason="unsure")]), asked))
    assert draft.abstained
