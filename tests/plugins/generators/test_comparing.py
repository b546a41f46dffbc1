"""A comparison comes down to what is said of each of two things."""

from dataclasses import replace

import pytest

from steep.kinds import Abstain, Asked, Numbered, Quote, Said, Weighed, drafted
from steep.testing.generator import questions_asked
from steep.testing.hands import PlainHand
from steep_plugins.generators.cascade import Cascade
from steep_plugins.generators.chat import Chat
from steep_plugins.generators.comparing import compared

from .conftest import Told
from .test_cascade import Quick

HITS = questions_asked()[0].hits
IDS = tuple(hit.passage.id for hit in HITS)
ASKED = Asked(question="What is the difference between a berth and a mooring?", hits=HITS)


class Teller:
    """Says of each thing what it is told to, and remembers what it was asked."""

    def __init__(self, **told):
        self.told, self.asked = told, []

    def answer(self, asked, at_hand):
        self.asked.append(asked)
        words = asked.question.removesuffix("?").split()
        yield from self.told["does_" + words[-2] if words[-1] == "do" else words[-1]]


def both(asked=ASKED, **told):
    teller = Teller(**told)
    sayings = compared(asked, PlainHand(hits=HITS), teller.answer)
    return (None if sayings is None else drafted(sayings)), teller


def written(text, confidence=0.9, passages=()):
    numbered = [Numbered(passages=passages)] if passages else []
    return [Weighed(confidence=confidence, tokens=3), *numbered, Said(text=text)]


def test_each_thing_is_asked_about_alone_and_its_markers_count_on():
    draft, teller = both(
        berth=written("It costs 12 EUR. [2]", passages=IDS[:2]), mooring=written("It is a buoy. [1, 2]", 0.7)
    )
    assert [each.question for each in teller.asked] == ["What is a berth?", "What is a mooring?"]
    assert draft.text == "- Berth: It costs 12 EUR. [2]\n- Mooring: It is a buoy. [3, 4]"
    assert draft.numbered == (*IDS[:2], *IDS)
    assert (draft.confidence, draft.tokens) == (0.7, 6)


def test_what_is_quoted_is_marked_with_its_passage():
    quoted = [Quote(passage=IDS[1], start=0, end=4), Said(text="A place for one ship\nwith power")]
    draft, _ = both(berth=[Weighed(confidence=0.8), *quoted], mooring=written("A buoy. [1]"))
    assert draft.text == "- Berth:\n  A place for one ship\n  with power [2]\n- Mooring: A buoy. [4]"
    assert draft.quotes == ()


def test_each_sentence_is_marked_with_the_quoted_passage_that_holds_it():
    one, other = (hit.passage.text.split(".")[0] + "." for hit in HITS[:2])
    quotes = [Quote(passage=each, start=0, end=4) for each in IDS[:2]]
    draft, _ = both(berth=[Weighed(confidence=0.8), *quotes, Said(text=f"{other} {one}")], mooring=written("Buoy. [1]"))
    assert draft.text.startswith(f"- Berth: {other} [2] {one} [1]")


def test_without_an_answer_about_one_of_them_there_is_none_and_what_came_near_is_shown():
    near = Quote(passage=IDS[0], start=0, end=4)
    draft, _ = both(
        berth=written("A place. [1]"),
        mooring=[Abstain(reason="nothing")],
        does_mooring=[near, Abstain(reason="nothing")],
    )
    assert draft.abstained
    assert "Mooring" in draft.reason
    assert draft.quotes == (near,)


def test_what_a_thing_does_is_asked_next():
    draft, teller = both(
        berth=written("A place. [1]"), mooring=[Abstain(reason="nothing")], does_mooring=written("It holds ships. [2]")
    )
    assert [each.question for each in teller.asked][1:] == ["What is a mooring?", "What does a mooring do?"]
    assert draft.text == "- Berth: A place. [1]\n- Mooring: It holds ships. [5]"


def test_what_is_said_of_both_is_said_once():
    said = "A berth and a mooring cost 12 EUR. [1]"
    draft, _ = both(berth=written(said), mooring=written(said))
    assert draft.text == said


def test_what_is_said_of_both_and_names_one_of_them_is_no_comparison():
    said = "A berth costs 12 EUR. [1]"
    draft, _ = both(berth=written(said), mooring=written(said))
    assert draft.abstained


@pytest.mark.parametrize(
    "asked",
    [
        replace(ASKED, question="What is a berth?"),
        replace(ASKED, grounded=False),
        replace(ASKED, schema={"type": "object"}),
        replace(
            ASKED,
            hits=(replace(HITS[0], passage=replace(HITS[0].passage, text="Unlike a berth, a mooring is a buoy.")),),
        ),
    ],
    ids=["no comparison", "no passages", "a schema", "a sentence says it"],
)
def test_another_question_and_one_that_a_sentence_answers_are_left_alone(asked):
    assert both(asked)[0] is None


def test_a_cascade_compares_what_either_of_its_generators_says():
    told = Told("A mooring is a buoy, a berth a place. [1]")
    quick = Quick(0.9, "A berth is no mooring.")
    hand = PlainHand(hits=HITS, answers_with=told, others={"quick": quick, "careful": Chat()})
    cascade = Cascade(quick="quick", careful="careful", sure=0.6, sentences=False)
    draft = drafted(cascade.answer(ASKED, hand))
    assert draft.text == quick.text  # of both
    assert told.asks == []
    unsure = replace(hand, others={"quick": Quick(0.2), "careful": Chat()})
    assert drafted(cascade.answer(ASKED, unsure)).text.startswith("A mooring is a buoy")
    assert len(told.asks) == 2
