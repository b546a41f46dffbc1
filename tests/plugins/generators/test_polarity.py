"""A leading Yes or No that the model is not sure of is left out; everything else is said as it comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.errors import ModelError
from steep.kinds import Abstain, AdapterRef, Ask, Said, Weighed
from steep.values import Message
from steep_plugins.generators.polarity import settled

ASK = Ask(messages=(Message(role="user", content="Do I have to read every line?"),), max_tokens=80)


class Judge:
    """A model by which a reply with "No" in front is so many nats likelier than one with "Yes"."""

    digest, context = "judge-1", 2048

    def __init__(self, no):
        self.no = no
        self.weighed = []

    def score(self, asks):
        self.weighed += [ask.reply for ask in asks]
        return [-9.0 + self.no * ask.reply.startswith("No") for ask in asks]


def said(pieces, model, least=3.0):
    sayings = settled(iter([Said(text=each) for each in pieces]), ASK, model, least=least)
    return "".join(each.text for each in sayings)


def words(text):
    return [f"{word} " for word in text.split(" ")]


REPLY = "No, make sure to read every line. [1]"


@pytest.mark.parametrize(("no", "kept"), [(7.0, True), (3.0, True), (1.7, False), (-4.0, False)])
def test_the_word_is_kept_where_it_is_surely_meant(no, kept):
    text = said(words(REPLY), Judge(no)).strip()
    assert text == (REPLY if kept else "Make sure to read every line. [1]")


def test_it_is_weighed_beside_its_opposite_with_the_same_words_behind():
    judge = Judge(7.0)
    said(words(REPLY), judge)
    assert judge.weighed == [REPLY, f"Yes{REPLY[2:]}"]


def test_sentences_behind_the_first_are_not_waited_for():
    judge = Judge(1.0)
    sayings = settled(
        iter([Said(text="Yes, it does. [1] "), Said(text="It has done so since May. [2]"), Said(text=" Always.")]),
        ASK,
        judge,
        least=3.0,
    )
    assert [each.text for each in sayings] == ["It does. [1] It has done so since May. [2]", " Always."]
    assert len(judge.weighed) == 2


@pytest.mark.parametrize(
    "text", ["Notes are kept. [1]", "Yesterday, at noon. [1]", "No one, as a rule.", "12 EUR [1]", "No"]
)
def test_what_leads_with_neither_word_is_said_as_it_comes(text):
    judge = Judge(0.0)
    assert said(list(text), judge) == text
    assert judge.weighed == []


def test_an_end_and_an_abstention_come_behind_what_was_said():
    sayings = list(settled(iter([Said(text="No, it is."), Weighed(confidence=0.5)]), ASK, Judge(0.0), least=3.0))
    assert sayings == [Said(text="It is."), Weighed(confidence=0.5)]
    assert list(settled(iter([Abstain(reason="no")]), ASK, Judge(0.0), least=3.0)) == [Abstain(reason="no")]


def test_a_model_that_cannot_weigh_replies_is_believed():
    class Silent(Judge):
        def score(self, asks):
            raise ModelError("no probabilities")

    assert said([REPLY], Silent(0.0)) == REPLY


@given(st.lists(st.sampled_from(["Yes", "No", ", ", "it is. ", "N", "o", "[1] ", "Never", " "]), max_size=12))
def test_nothing_but_a_leading_word_is_ever_lost(pieces):
    whole = "".join(pieces)
    text = said(pieces, Judge(0.0))
    assert text.casefold() == whole.casefold() or whole.casefold().endswith(text.casefold())
    assert len(whole) - len(text) in (0, 4, 5)


def test_the_adapter_of_the_reply_weighs_it(tmp_path):
    seen = []

    class Seeing(Judge):
        def score(self, asks):
            seen.extend(ask.adapter for ask in asks)
            return super().score(asks)

    adapter = AdapterRef(version="a1", folder=tmp_path)
    ask = Ask(messages=ASK.messages, max_tokens=8, adapter=adapter)
    list(settled(iter([Said(text=REPLY)]), ask, Seeing(9.0), least=3.0))
    assert seen == [adapter, adapter]
