"""steep's laws for a synthesizer, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.synthesizer import Options, build
from steep.kinds import SynthesisRequest
from steep.testing import SynthesizerContract
from steep.values import Document, Passage


class TestMySynthesizer(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return build(Options(), Context())


def test_a_definition_becomes_a_question():
    text = "See below. A mooring line is a rope that holds a ship. It is long."
    document = Document(path="ropes.md", text=text, title="Ropes")
    passage = Passage(
        document=document.id, version=document.version, path="ropes.md", title="", start=0, end=len(text), text=text
    )
    request = SynthesisRequest(documents=(document,), passages=(passage,), count=5, seed=0)
    (pair,) = build(Options(), Context()).synthesize(request)
    assert pair.question == "What is a mooring line?"
    assert text[pair.spans[0].start : pair.spans[0].end] == pair.answer == "A mooring line is a rope that holds a ship."
