"""steep's laws for a formatter, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.formatter import Options, build
from steep.kinds import FormatRequest
from steep.testing import FormatterContract
from steep.values import Pair, Passage, Span


class TestMyFormatter(FormatterContract):
    @pytest.fixture(scope="class")
    @classmethod
    def formatter(cls):
        return build(Options(), Context())


def test_passages_are_numbered_below_their_heading():
    text = "Hall B costs 12 EUR."
    passage = Passage(document="d", version="v", path="p", title="", start=0, end=len(text), text=text)
    pair = Pair(
        question="What does hall B cost?",
        answer="12 EUR",
        passages=(passage.id,),
        spans=(Span(document="d", version="v", start=13, end=19, text="12 EUR"),),
        synthesizer="hand",
        kind="fact",
        rule="hand",
        seed=0,
    )
    formatter = build(Options(heading="Prices:"), Context())
    asked, answered = formatter.format(FormatRequest(pair=pair, passages=(passage,))).messages
    assert asked.content == "Prices:\n1. Hall B costs 12 EUR.\n\nWhat does hall B cost?"
    assert answered.content == "12 EUR"
