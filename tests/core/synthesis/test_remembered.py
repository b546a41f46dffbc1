"""A model that is asked once for each reply, however often it is killed."""

import pytest

from steep.kinds import Ask, Piece, Scored
from steep.synthesis import Remembered
from steep.values import Message
from steep.workspace.journal import Journal


class Counting:
    """Says a prompt backwards, in two pieces; remembers what it was asked, and weighs a reply by its length."""

    digest = "counting"
    context = 64
    at_once = 3

    def __init__(self):
        self.asked = []

    def chat(self, asks):
        for number, ask in enumerate(asks):
            words = ask.messages[-1].content[::-1]
            self.asked.append(words[::-1])
            yield Piece(text=words[:2], ask=number)
            yield Piece(text=words[2:], ask=number, end="stop", tokens=2)

    def score(self, asks):
        self.asked += [ask.reply for ask in asks]
        return [-float(len(ask.reply)) for ask in asks]


class Alone:
    digest = "alone"
    context = 64

    def chat(self, asks):
        return iter(())

    def score(self, asks):
        return []


def ask(text, **more):
    return Ask(messages=(Message(role="user", content=text),), **more)


def scored(reply):
    return Scored(messages=(Message(role="user", content="How long?"),), reply=reply)


def said(model, asks):
    replies = [""] * len(asks)
    for piece in model.chat(asks):
        replies[piece.ask] += piece.text
    return replies


@pytest.fixture
def file(tmp_path):
    return tmp_path / "work" / "replies.jsonl"


def test_only_what_is_not_known_is_asked_and_each_reply_stays_with_its_request(file):
    said(Remembered(Counting(), Journal(file)), [ask("second")])
    model = Counting()
    assert said(Remembered(model, Journal(file)), [ask("first"), ask("second"), ask("third")]) == [
        "tsrif",
        "dnoces",
        "driht",
    ]
    assert model.asked == ["first", "third"]


def test_nothing_is_asked_where_all_is_known(file):
    said(Remembered(Counting(), Journal(file)), [ask("first")])
    model = Counting()
    pieces = list(Remembered(model, Journal(file)).chat([ask("first")]))
    assert [(piece.text, piece.end) for piece in pieces] == [("tsrif", "stop")]
    assert model.asked == []


def test_a_reply_that_was_broken_off_is_asked_again(file):
    pieces = Remembered(Counting(), Journal(file)).chat([ask("first")])
    assert next(pieces).text == "ts"
    pieces.close()
    model = Counting()
    assert said(Remembered(model, Journal(file)), [ask("first")]) == ["tsrif"]
    assert model.asked == ["first"]


def test_another_seed_another_limit_and_another_model_are_asked_anew(file):
    model = Counting()
    said(Remembered(model, Journal(file)), [ask("first"), ask("first", seed=1), ask("first", max_tokens=9)])
    assert len(model.asked) == 3
    other = Counting()
    other.digest = "another"
    said(Remembered(other, Journal(file)), [ask("first")])
    assert len(other.asked) == 1


def test_a_reply_that_is_asked_for_with_its_chances_is_asked_again(file):
    model = Counting()
    for _ in range(2):
        said(Remembered(model, Journal(file)), [ask("first", chances=2)])
    assert model.asked == ["first", "first"]


def test_what_was_weighed_is_not_weighed_again(file):
    assert Remembered(Counting(), Journal(file)).score([scored("no")]) == [-2.0]
    model = Counting()
    assert Remembered(model, Journal(file)).score([scored("yes"), scored("no"), scored("maybe")]) == [-3.0, -2.0, -5.0]
    assert model.asked == ["yes", "maybe"]


def test_a_line_torn_by_a_kill_is_asked_again_and_the_next_one_is_whole(file):
    said(Remembered(Counting(), Journal(file)), [ask("first"), ask("second")])
    file.write_bytes(file.read_bytes()[:-20])
    model = Counting()
    assert said(Remembered(model, Journal(file)), [ask("first"), ask("second")]) == ["tsrif", "dnoces"]
    assert model.asked == ["second"]
    assert len(Journal(file)) == 2


def test_each_piece_is_heard_with_how_many_replies_have_ended(file):
    said(Remembered(Counting(), Journal(file)), [ask("known")])
    ended = []
    said(Remembered(Counting(), Journal(file), ended.append), [ask("first"), ask("known"), ask("third")])
    assert ended == [0, 1, 1, 2]


def test_it_writes_for_as_many_together_as_its_model(file):
    assert Remembered(Counting(), Journal(file)).at_once == 3
    assert Remembered(Alone(), Journal(file)).at_once == 1
