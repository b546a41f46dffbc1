"""The rewriter `model`: what it asks, and which replies it does not take for a question."""

import pytest

from steep.answering.condense import condense
from steep.errors import ModelError
from steep.kinds import Piece, RewriteRequest
from steep.language import language
from steep.testing import RewriterContract
from steep.testing.rewriter import turns_of
from steep_plugins.languages.en.follow_ups import FollowUps
from steep_plugins.rewriters.model import ModelRewriter


class Told:
    digest, context = "told-1", 2048

    def __init__(self, reply):
        self.reply, self.asks = reply, []

    def chat(self, asks):
        self.asks += asks
        if self.reply is None:
            raise ModelError("it is out of reach")
        yield Piece(text=self.reply)
        yield Piece(end="stop")


HISTORY = turns_of("When does the ferry to Ely run on weekdays?", "Every hour.")


class TestModelRewriter(RewriterContract):
    @pytest.fixture
    def rewriter(self):
        return ModelRewriter(Told("When does the ferry to Ely run on Sundays?"), turns=3)


def rewritten(reply, question="And on Sundays?", turns=3, history=HISTORY):
    told = Told(reply)
    request = RewriteRequest(question=question, history=history, language=language("en"))
    return ModelRewriter(told, turns=turns).rewrite(request), told


def test_the_reply_is_the_question_and_the_turns_are_what_was_shown():
    made, told = rewritten("When does the ferry to Ely run on Sundays?")
    assert made == "When does the ferry to Ely run on Sundays?"
    asked = told.asks[0].messages[-1].content
    assert asked.startswith("user: When does the ferry to Ely run on weekdays?\nassistant: Every hour.")
    assert "Last question: And on Sundays?" in asked


def test_a_question_that_stands_alone_is_never_shown_to_the_model():
    made, told = rewritten("Something else?", question="Who is the harbour master of Frome?")
    assert made == "Who is the harbour master of Frome?"
    assert told.asks == []


def test_the_answer_in_another_form_is_asked_for_by_rules():
    made, told = rewritten("Shorter?", question="Make it shorter, please.")
    assert made == "When does the ferry to Ely run on weekdays, in one sentence?"
    assert told.asks == []


def test_where_no_rules_tell_what_leans_the_model_is_always_asked():
    told = Told("Was kostet ein Liegeplatz?")
    history = turns_of("Was ist ein Liegeplatz?", "Ein Platz für ein Boot.")
    request = RewriteRequest(question="Was kostet er?", history=history, language=language("de"))
    assert ModelRewriter(told, turns=3).rewrite(request) == "Was kostet ein Liegeplatz?"


def test_only_the_last_turns_are_shown():
    _, told = rewritten(
        "When?", turns=1, question="And when?", history=(*turns_of("Who is Ann Lee?", "The warden."), *HISTORY)
    )
    assert "Ann Lee" not in told.asks[0].messages[-1].content


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "When does the ferry run?\nIt runs on Sundays.",
        "When does the ferry to Frome run on Sundays?",
        "When does the ferry to Ely run on 12 Sundays?",
        "When does the ferry run? " * 40,
        None,
        "and on Sundays?",
    ],
)
def test_what_cannot_be_the_question_is_left_to_the_next_rewriter(reply):
    assert rewritten(reply)[0] is None
    chain = (ModelRewriter(Told(reply), turns=3), FollowUps())
    assert condense("And on Sundays?", HISTORY, chain) == "When does the ferry to Ely run on Sundays?"
