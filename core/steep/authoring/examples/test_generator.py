"""steep's laws for a generator, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.generator import Options, build
from steep.kinds import Asked
from steep.testing import GeneratorContract
from steep.testing.hands import draft_of
from steep.values import Hit, Passage


class TestMyGenerator(GeneratorContract):
    @pytest.fixture
    def generator(self):
        return build(Options(), Context())


def hit(text, rank):
    passage = Passage(document=text, version=text, path=text, title="", start=0, end=len(text), text=text)
    return Hit(passage=passage, score=1.0, rank=rank)


def test_the_sentence_with_most_words_of_the_question_is_quoted():
    hits = (hit("Hall A is open. Hall A closes at nine.", 1), hit("The mooring line costs 12 EUR.", 2))
    draft = draft_of(build(Options(), Context()), Asked(question="What costs a mooring line?", hits=hits))
    assert draft.text == "The mooring line costs 12 EUR."
    assert [quote.passage for quote in draft.quotes] == [hits[1].passage.id]
