"""The generator `cascade`: when the quick generator's answer stands, and when the careful one is asked."""

from dataclasses import replace

import pytest

from steep.kinds import Abstain, Quote, Said, Weighed
from steep.prompts import ABSTENTION
from steep.testing.generator import questions_asked
from steep.testing.hands import PlainHand, draft_of
from steep_plugins.generators.cascade import Cascade
from steep_plugins.generators.chat import Chat

from .conftest import Told

ASKED = questions_asked()[0]


class Quick:
    digest, closed_book, others = "quick-1", False, ()

    def __init__(self, confidence, text="12 EUR", near=()):
        self.confidence, self.text, self.near = confidence, text, near

    def answer(self, asked, at_hand):
        yield Weighed(confidence=self.confidence)
        yield from self.near
        yield Said(text=self.text) if self.text else Abstain(reason="nothing fits")


class Doubting(Quick):
    """Abstains, and says what it holds likeliest only where it is made to."""

    asked = 0

    def answer(self, asked, at_hand):
        self.asked += 1
        yield from (
            super().answer(asked, at_hand)
            if asked.insist
            else Quick(self.confidence, "", self.near).answer(asked, at_hand)
        )


def cascaded(quick, reply="Hall B costs 12 EUR. [1]", question=ASKED.question, doubt=0.0, **asked):
    told = Told(reply)
    hand = PlainHand(hits=ASKED.hits, answers_with=told, others={"quick": quick, "careful": Chat()})
    cascade = Cascade(quick="quick", careful="careful", sure=0.6, sentences=True, doubt=doubt)
    return draft_of(cascade, replace(ASKED, question=question, **asked), hand), told


def test_a_sure_quick_answer_stands_and_no_model_is_asked():
    draft, told = cascaded(Quick(0.9))
    assert (draft.text, told.asks) == ("12 EUR", [])


@pytest.mark.parametrize("quick", [Quick(0.2), Quick(0.9, "")])
def test_an_unsure_one_leaves_it_to_the_careful_one(quick):
    draft, told = cascaded(quick)
    assert draft.text.strip() == told.reply
    assert draft.model == "told-1"


def test_a_sentence_that_is_wanted_is_written_by_the_careful_one():
    assert cascaded(Quick(0.9), question="Why does hall B cost more?")[0].text.strip() == "Hall B costs 12 EUR. [1]"


@pytest.mark.parametrize(
    "question",
    ["What does hall B cost, as bullets?", "What does hall B cost? Answer in one sentence.", "Summarise the prices."],
)
def test_a_form_that_is_wanted_is_given_by_the_careful_one(question):
    draft, told = cascaded(Quick(0.9), question=question)
    assert told.asks
    assert "Hall B costs 12 EUR." in draft.text


def test_where_the_careful_one_abstains_an_unsure_quick_answer_still_counts():
    assert cascaded(Quick(0.4), reply=ABSTENTION)[0].text == "12 EUR"
    assert cascaded(Quick(0.4, ""), reply=ABSTENTION)[0].abstained


def test_where_both_abstain_what_came_nearest_to_the_quick_one_is_kept():
    near = Quote(passage=ASKED.hits[0].passage.id, start=0, end=5)
    assert cascaded(Quick(0.4, "", near=[near]), reply=ABSTENTION)[0].quotes == (near,)
    assert near not in cascaded(Quick(0.4, "", near=[near]))[0].quotes


def test_a_careful_answer_counts_where_a_doubting_quick_one_finds_it_likeliest_too():
    assert cascaded(Doubting(0.3, "it costs 12 EUR"), doubt=0.4)[0].text.strip() == "Hall B costs 12 EUR. [1]"


def test_a_careful_answer_that_a_doubting_quick_one_reads_otherwise_is_withheld():
    near = Quote(passage=ASKED.hits[0].passage.id, start=0, end=5)
    draft, told = cascaded(Doubting(0.3, "from nine on", near=[near]), doubt=0.4)
    assert told.asks
    assert (draft.abstained, draft.text, draft.quotes, draft.confidence) == (True, "", (near,), 0.3)
    assert "do not agree" in draft.reason


@pytest.mark.parametrize(
    ("confidence", "asked"),
    [
        (0.4, {}),
        (None, {}),
        (0.3, {"doubt": 0.0}),
        (0.3, {"question": "Wieviel kostet die Halle B am Wochenende für einen Verein?"}),
    ],
)
def test_no_agreement_is_asked_of_one_that_does_not_doubt_or_reads_another_language(confidence, asked):
    quick = Doubting(confidence, "from nine on")
    draft, _ = cascaded(quick, **{"doubt": 0.4, **asked})
    assert draft.text.strip() == "Hall B costs 12 EUR. [1]"
    assert quick.asked == 1


def test_where_the_careful_one_abstains_nothing_is_read_twice():
    quick = Doubting(0.3, "from nine on")
    assert cascaded(quick, reply=ABSTENTION, doubt=0.4)[0].abstained
    assert quick.asked == 1


def test_what_only_a_model_can_do_goes_to_the_careful_one_at_once():
    assert len(cascaded(Quick(0.9), chances=0)[1].asks) == 1
    assert cascaded(Quick(0.9), reply="{}", schema={"type": "object"})[0].text.strip() == "{}"
