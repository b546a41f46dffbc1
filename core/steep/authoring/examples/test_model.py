"""steep's laws for a model, and what this one does beyond them."""

import pytest

from steep import Context
from steep.authoring.examples.model import Options, build
from steep.kinds import Ask
from steep.testing import ModelContract
from steep.values import Message


class TestMyModel(ModelContract):
    @pytest.fixture
    def model(self):
        return build(Options(), Context())


def test_the_words_of_the_last_message_come_back_as_many_as_are_wanted():
    ask = Ask(messages=(Message(role="user", content="the crane lifts forty tons"),), max_tokens=3)
    pieces = list(build(Options(), Context()).chat([ask]))
    assert "".join(piece.text for piece in pieces) == "the crane lifts"
    assert (pieces[-1].end, pieces[-1].tokens) == ("length", 3)
