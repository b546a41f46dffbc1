"""The reply of a language model as sayings, and a second look where it finds no answer that a judge is sure of."""

from dataclasses import replace
from pathlib import Path

import pytest

from steep.kinds import Abstain, AdapterRef, Ask, Piece, Said, Weighed
from steep.prompts import ABSTENTION
from steep.testing.generator import questions_asked
from steep.testing.hands import PlainHand, draft_of
from steep.values import Message
from steep_plugins.generators.chat import Chat
from steep_plugins.generators.writing import written
from steep_plugins.intrinsics import find, judging

ASKED = questions_asked()[0]
ASK = Ask(messages=(Message(role="user", content="What does Hall B cost?"),))


class Told:
    """A model that gives one reply after the other, a word at a time, and is ``sure`` of Yes as a judge."""

    context = 8192

    def __init__(self, *replies, digest="writer-1", sure=0.5):
        self.replies, self.digest, self.sure, self.asks = list(replies), digest, sure, []

    def chat(self, asks):
        (ask,) = asks
        self.asks.append(ask)
        for word in self.replies.pop(0).split(" "):
            yield Piece(text=word + " ")
        yield Piece(end="stop", prompt_tokens=20, tokens=4)

    def score(self, asks):
        return [0.0 if (each.reply == "Yes") == (self.sure > 0.5) else -9.0 for each in asks]


def said(model, **options):
    sayings = list(written(ASK, model, confidence=None, **options))
    return "".join(each.text for each in sayings if isinstance(each, Said)).strip(), sayings


def test_a_model_that_finds_no_answer_is_asked_to_look_again_in_the_same_conversation():
    model = Told(ABSTENTION, "It costs 12 EUR. [1]")
    text, sayings = said(model, again=True)
    assert text == "It costs 12 EUR. [1]"
    first, second = model.asks
    assert second.messages[: len(first.messages)] == first.messages  # what was read is kept
    assert [each.role for each in second.messages[-2:]] == ["assistant", "user"]
    (weighed,) = [each for each in sayings if isinstance(each, Weighed)]
    assert (weighed.prompt_tokens, weighed.tokens) == (40, 8)


def test_one_that_finds_none_again_is_believed():
    model = Told(ABSTENTION, f"No, {ABSTENTION}")
    text, sayings = said(model, again=True)
    assert text == ""
    assert isinstance(sayings[-1], Abstain)
    assert len(model.asks) == 2


def test_nobody_is_asked_again_without_need():
    for model, again in ((Told("12 EUR. [1]"), True), (Told(ABSTENTION), False)):
        said(model, again=again)
        assert len(model.asks) == 1


@pytest.mark.parametrize(("sure", "times"), [(0.9, 2), (0.1, 1)], ids=["the judge is sure", "it is not"])
def test_chat_asks_again_where_the_judge_is_all_but_sure(monkeypatch, sure, times):
    def known(name):
        adapter = AdapterRef(version="v", folder=Path("v"))
        return replace(find(name), adapters={"judge-1": adapter} if name == "answerable" else {})

    monkeypatch.setattr(judging, "find", known)
    model = Told(ABSTENTION, "It costs 12 EUR a day. [1]")
    chat = Chat(judge=Told(digest="judge-1", sure=sure), answerable=0.0)
    draft = draft_of(chat, ASKED, PlainHand(hits=ASKED.hits, answers_with=model))
    assert len(model.asks) == times
    assert draft.abstained == (times == 1)
