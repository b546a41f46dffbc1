"""steep's laws for both parts, and what they do beyond them."""

from __future__ import annotations

import pytest
import steep_plainspeak
from pydantic import ValidationError
from steep_plainspeak import FormatterOptions, GuardrailOptions, build_formatter, build_guardrail

from steep import Context
from steep.kinds import FormatRequest, GuardRequest
from steep.testing import FormatterContract, GuardrailContract, OfferContract
from steep.values import Pair, Passage, Span

LONG = "Long" + " word" * 30 + "."


class TestOffers(OfferContract):
    @pytest.fixture
    def module(self):
        return steep_plainspeak


class TestGuardrail(GuardrailContract):
    flagged = (("output", LONG), ("output", "We utilize a crane."))

    @pytest.fixture
    def guardrail(self):
        return build_guardrail(GuardrailOptions(), Context())


class TestFormatter(FormatterContract):
    @pytest.fixture(scope="class")
    @classmethod
    def formatter(cls):
        return build_formatter(FormatterOptions(), Context())


def check(text, **options):
    request = GuardRequest(stage="output", text=text, question="")
    return build_guardrail(GuardrailOptions(**options), Context()).check(request)


def test_officialese_is_found_and_replaced_with_its_case():
    found = check("Prior  to use, ascertain the load [1].")
    assert [(each.rule, each.start, each.end) for each in found.findings] == [
        ("officialese", 0, 9),
        ("officialese", 15, 24),
    ]
    assert found.rewritten == "Before use, find out the load [1]."
    assert found.reason == "words that have a plainer one: ascertain, prior to"


def test_a_word_inside_another_is_left_alone():
    assert check("The terminated utilities recommenced.").passed


def test_a_long_sentence_is_found_where_it_stands_and_not_rewritten():
    found = check(f"Short. {LONG} Short again.")
    assert [(each.rule, each.start, each.end) for each in found.findings] == [("long-sentence", 7, 7 + len(LONG))]
    assert found.rewritten is None


def test_any_length_can_be_allowed():
    assert check(LONG, longest=0).passed


def test_a_plain_word_that_is_listed_itself_is_refused():
    with pytest.raises(ValidationError, match="holds a listed word itself"):
        GuardrailOptions(words={"terminate": "bring to an end", "end": "finish"})


def test_the_answer_cites_its_passage_by_number_and_the_instruction_is_in_the_prompt():
    texts = ("Hall A is shut.", "Hall B costs 12 EUR.")
    passages = tuple(
        Passage(document=text, version=text, path="p", title="", start=0, end=len(text), text=text) for text in texts
    )
    pair = Pair(
        question="What does hall B cost?",
        answer="12 EUR.",
        passages=(passages[1].id,),
        spans=(Span(document=texts[1], version=texts[1], start=13, end=19, text="12 EUR"),),
        synthesizer="hand",
        kind="fact",
        rule="hand",
        seed=0,
    )
    formatter = build_formatter(FormatterOptions(longest=12), Context())
    messages = formatter.format(FormatRequest(pair=pair, passages=passages)).messages
    assert "sentences of at most 12 words" in messages[0].content
    assert messages[-1].content == "12 EUR. [2]"
