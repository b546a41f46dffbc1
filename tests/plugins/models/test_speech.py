"""Tokens become text as they come: nothing that is shown changes later, and nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.testing.tiny_models import tiny_tokenizer
from steep_plugins.models.calls import calls_of
from steep_plugins.models.speech import Speech

TOKENIZER = tiny_tokenizer(["Which hall is open? Hall B opens at six. 12 EUR a tonne."])


def read(tokens):
    return TOKENIZER.decode(list(tokens), skip_special_tokens=True)


def spoken(text, stops=()):
    speech, pieces = Speech(read, stops), []
    for token in TOKENIZER(text, add_special_tokens=False)["input_ids"]:
        pieces.append(speech.add(token))
        if speech.stopped:
            return pieces
    return [*pieces, speech.end()]


@given(st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_pieces_join_to_the_text(text):
    known = read(TOKENIZER(text, add_special_tokens=False)["input_ids"])
    assert "".join(spoken(text)) == known


@pytest.mark.parametrize("text", ["九時に閉まります", "👩‍👩‍👧 🜁", "a\u0301\u0327 é", "crème brûlée"])
def test_a_letter_of_several_bytes_comes_whole(text):
    pieces = spoken(text)
    assert "".join(pieces) == text
    assert "\ufffd" not in "".join(pieces)
    assert all("\ufffd" not in piece for piece in pieces)


def test_text_comes_as_it_is_written_and_not_at_the_end():
    pieces = [piece for piece in spoken("Hall B opens at six.") if piece]
    assert len(pieces) > 2
    assert pieces[0] == "Hall"


@given(st.text(alphabet="ab<|é", max_size=30), st.lists(st.text(alphabet="ab<|é", min_size=1, max_size=4), max_size=3))
@settings(max_examples=200, deadline=None)
def test_nothing_is_said_from_the_first_stop_text_on(text, stops):
    first = min((text.find(stop) + len(stop) for stop in stops if stop in text), default=0)  # where one is complete
    at = min((text.find(stop) for stop in stops if stop in text[:first]), default=len(text))
    said = "".join(spoken(text, stops))
    assert len(said) <= at if any(stop in text for stop in stops) else said == text
    assert text.startswith(said)
    assert not any(stop in said for stop in stops)


def test_bytes_that_are_no_letter_do_not_hold_the_text_for_ever():
    start = TOKENIZER.convert_tokens_to_ids(TOKENIZER.tokenize("é")[:1])[0]
    speech = Speech(read)
    said = [speech.add(start) for _ in range(40)]
    assert any(said)


@pytest.mark.parametrize(
    ("text", "said", "calls"),
    [
        ('Wait.\n<tool_call>\n{"name": "tide", "arguments": {"h": 1}}\n</tool_call>', "Wait.", [("tide", '{"h": 1}')]),
        (
            '<tool_call>{"name": "a", "arguments": {}}</tool_call><tool_call>{"name": "b", "arguments": "{}"}',
            "",
            [("a", "{}"), ("b", "{}")],
        ),
        ('[TOOL_CALLS][{"name": "a", "arguments": {}}]', "", [("a", "{}")]),
        ('{"name": "a", "parameters": {"x": [1]}}', "", [("a", '{"x": [1]}')]),
        ('{"answer": 3}', '{"answer": 3}', []),
        ("<tool_call>{oops</tool_call>", "<tool_call>{oops</tool_call>", []),
        ("[1] The warden.", "[1] The warden.", []),
    ],
)
def test_calls_are_read_in_the_forms_that_templates_teach(text, said, calls):
    found = calls_of(text)
    assert found[0] == said
    assert [(call.name, call.arguments) for call in found[1]] == calls
    assert len({call.id for call in found[1]}) == len(calls)
