"""The synthesizer `prompted`: its laws with a scripted model, and what broken replies come to."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep import Context, Plugins
from steep.errors import BadOptions, ConfigError, ModelError
from steep.kinds import Piece
from steep.measuring.scoring import tokens
from steep.testing import SynthesizerContract
from steep_plugins.synthesizers.prompted.prompt import messages
from steep_plugins.synthesizers.prompted.replies import read_reply
from steep_plugins.synthesizers.prompted.standing import locate
from steep_plugins.synthesizers.prompted.synthesizer import Prompted


class Scripted:
    """Answers a prompt with what a function makes of the passage in it."""

    digest = "scripted"
    context = 2048

    def __init__(self, reply):
        self.reply = reply
        self.prompts = []

    def chat(self, asks):
        for number, ask in enumerate(asks):
            self.prompts.append(ask.messages)
            passage = re.search(r"begins \w+\n(.*)\nPassage ends", ask.messages[-1].content, re.DOTALL)[1]
            yield Piece(text=self.reply(passage), ask=number)
            yield Piece(ask=number, end="stop")


def first_word(passage):
    return json.dumps({"question": "Which word comes first?", "answer": (passage.split() or [""])[-1]})


class TestPrompted(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Prompted()

    @pytest.fixture
    def model(self):
        return Scripted(first_word)


TEXT = "# Hall B\n\nThe hall closes\nat nine. Keys are with {Ada}."


def test_an_answer_is_found_across_a_line_break_and_cited_verbatim(ask):
    model = Scripted(lambda passage: '{"question": "When does the hall close?", "answer": "closes at nine"}')
    request = ask(TEXT, model=model)
    (pair,) = Prompted().synthesize(request)
    assert (pair.answer, pair.spans[0].text) == ("closes at nine", "closes\nat nine")
    assert request.documents[0].text[pair.spans[0].start : pair.spans[0].end] == "closes\nat nine"


def test_an_answer_that_the_passage_does_not_hold_is_dropped_and_counted(ask, caplog):
    model = Scripted(lambda passage: '{"question": "When?", "answer": "at ten"}\n{"question": broken')
    assert list(Prompted().synthesize(ask(TEXT, model=model))) == []
    assert "the answer does not stand in the passage': 1" in caplog.text
    assert "broken JSON': 1" in caplog.text


def test_braces_in_the_passage_and_in_the_template_do_no_harm(ask):
    model = Scripted(lambda passage: '{"question": "Who has the keys?", "answer": "{Ada}"}')
    template = 'Write {pairs} like {"question": {}}, never {this}.'
    (pair,) = Prompted(template=template, pairs_a_passage=4).synthesize(ask(TEXT, model=model))
    assert pair.answer == "{Ada}"
    assert model.prompts[0][0].content == 'Write 4 like {"question": {}}, never {this}.'


def test_the_passage_is_marked_as_data_with_a_mark_it_cannot_know(ask):
    request = ask(TEXT)
    one, other = (messages(request.passages[0], pairs=1, seed=seed)[-1].content for seed in (0, 1))
    assert one.splitlines()[0] != other.splitlines()[0]
    assert one.splitlines()[0].split()[-1] == one.splitlines()[-1].split()[-1]


def test_a_worked_example_copies_its_answers_and_shows_no_more_pairs_than_are_asked_for(ask):
    passage = ask(TEXT).passages[0]
    for pairs, shown in ((1, 1), (2, 2), (9, 3)):
        _, example, written, asked = messages(passage, pairs=pairs)
        read = read_reply(written.content)
        assert (len(read.pairs), read.unreadable) == (shown, 0)
        assert all(answer in example.content for _, answer in read.pairs)
        assert passage.indexed_text in asked.content
    assert [each.role for each in messages(passage, pairs=2, template="Write.")] == ["system", "user"]


def test_no_more_is_asked_once_enough_is_written(ask):
    model = Scripted(first_word)
    request = ask(*[f"# Page {number}\n\nWord number {number}." for number in range(9)], count=3, model=model)
    assert len(list(Prompted().synthesize(request))) == 3
    assert len(model.prompts) == 3


class Several(Scripted):
    """Writes for two prompts together, and remembers how many there were in each batch."""

    at_once = 2

    def __init__(self, reply):
        super().__init__(reply)
        self.batches = []

    def chat(self, asks):
        self.batches.append(len(asks))
        return reversed(list(super().chat(asks)))


def test_as_many_passages_are_shown_at_once_as_the_model_writes_for_together(ask):
    model = Several(first_word)
    pages = [f"# Page {number}\n\nWord number {number}." for number in range(9)]
    pairs = list(Prompted(pairs_a_passage=1).synthesize(ask(*pages, count=5, model=model)))
    assert model.batches == [2, 2, 1]
    assert pairs == list(Prompted(pairs_a_passage=1).synthesize(ask(*pages, count=5, model=Scripted(first_word))))


def test_without_a_model_the_error_says_what_to_do(ask):
    with pytest.raises(ModelError, match=r"add \[model.NAME\]"):
        list(Prompted().synthesize(ask(TEXT)))


@pytest.mark.parametrize(
    ("reply", "pairs", "unreadable"),
    [
        ('{"question": "A?", "answer": "b"}', [("A?", "b")], 0),
        ('```json\n[{"question": "A?", "answer": "b"}, {"question": "C?", "answer": 4}]\n```',
         [("A?", "b"), ("C?", "4")], 0),
        ('Sure!\n{"pairs": [{"q": "A?", "a": "b"}]}', [("A?", "b")], 0),
        ('{"question": "A?", "answer": "b", "why": oops}', [("A?", "b")], 0),
        ('{"question": "A?", "answer": "b"', [("A?", "b")], 0),
        ('{"question": "A\\"x?", "answer": "line\nbreak"}', [('A"x?', "line\nbreak")], 0),
        ('{"question": "A?"} {"answer": "b"} {', [], 3),
        ("no pairs today", [], 0),
        ("", [], 0),
        ("{" * 5000, [], 5000),
    ],
)  # fmt: skip
def test_pairs_are_read_out_of_whatever_a_model_wraps_them_in(reply, pairs, unreadable):
    read = read_reply(reply)
    assert list(read.pairs) == pairs
    assert read.unreadable == unreadable


def test_case_is_ignored_only_where_the_letters_are_not_found():
    assert locate("nine", "Nine or nine") == (8, 12)
    assert locate("NINE", "at Nine") == (3, 7)
    assert locate("  ", "at nine") is None


HALL = (
    "The hall closes at nine in the evening, and its keys (two of them) are with Ada. "
    "Whoever stays after 21:30 must tell the warden; the fee is 40 euros."
)


@pytest.mark.parametrize(
    ("answer", "stands"),
    [
        ("the hall is closed at nine in the evening", "hall closes at nine in the evening"),
        ("The two keys of it are with Ada", "keys (two of them) are with Ada"),
        ("whoever stays after 21:30 must inform the warden", "Whoever stays after 21:30 must tell the warden"),
        ("whoever stays after 22:30 must tell the warden", None),
        ("the fee for it is 50 euros", None),
        ("closed at ten", None),
        ("nobody knows where the boats of the harbour are kept", None),
    ],
)
def test_an_answer_in_other_words_is_given_in_the_documents_own(answer, stands):
    place = locate(answer, HALL)
    assert (place and HALL[slice(*place)]) == stands


@given(st.lists(st.sampled_from(HALL.replace(",", "").split()), min_size=1, max_size=12).map(" ".join))
def test_what_is_found_begins_and_ends_with_words_of_the_answer(answer):
    place = locate(answer, HALL)
    if place:
        found = [*tokens(HALL[slice(*place)])]
        assert {found[0], found[-1]} <= {*tokens(answer), "the"}


def test_both_synthesizers_are_offered_and_check_their_options(tmp_path):
    plugins = Plugins.discover()
    assert {offered.offer.name for offered in plugins.offers("synthesizer")} >= {"structure", "prompted"}
    with pytest.raises(BadOptions, match="pairs_a_passage"):
        plugins.build("synthesizer", "prompted", {"pairs_a_passage": 0}, Context(), where="[[synthesizer]]")
    with pytest.raises(ConfigError, match="no-such-file"):
        plugins.build("synthesizer", "prompted", {"prompt": "no-such-file"}, Context(project=tmp_path), where="x")
