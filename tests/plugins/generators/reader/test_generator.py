"""The reader answers with the passages' own words, and says when it does not know."""

import re
from dataclasses import replace

import pytest

from steep.answering.citing import cite
from steep.answering.stopping import stopped
from steep.kinds import Asked, GuardRequest, drafted
from steep.testing.generator import GeneratorContract
from steep.testing.hands import PlainHand, draft_of
from steep_plugins.generators.reader.generator import ReaderGenerator
from steep_plugins.guardrails.citations import Citations
from steep_plugins.guardrails.grounded import Grounded

from .conftest import TEXT, hits, passage


class TestReader(GeneratorContract):
    @pytest.fixture
    def generator(self, reader):
        return reader


def ask(reader, question, *texts, **options):
    return draft_of(reader, Asked(question=question, hits=hits(*(texts or (TEXT,))), **options))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the north pier built?", "1904"),
        ("Who built the north pier?", "Anna Lund"),
        ("How long is the pier?", "340 metres"),
    ],
)
def test_it_quotes_the_answer(reader, question, answer):
    draft = ask(reader, question)
    assert answer in draft.text
    assert len(draft.text) < 60
    (quote,) = draft.quotes
    assert TEXT[quote.start : quote.end] == draft.text
    assert 0.5 < draft.confidence <= 1


def test_it_abstains_where_the_passage_does_not_answer(reader):
    draft = ask(reader, "Which language do the people of Peru speak?")
    assert draft.abstained
    assert draft.text == ""
    assert re.fullmatch(
        r"what comes nearest is right with a chance of (about \d+|less than 1)%, and \d+% is asked for "
        r"\(`threshold` of \[generator\]\)",
        draft.reason,
    )


def test_a_refusal_says_that_the_question_is_in_a_language_the_reader_was_not_taught(reader):
    reason = ask(reader, "Welche Sprache sprechen die Menschen in Peru?").reason
    assert reason.endswith("; the reader was taught English alone, and the question is in German")


def test_it_counts_the_word_pieces_that_it_read_and_said(reader):
    draft = ask(reader, "When was the north pier built?")
    alone, twice = (ask(reader, "When was the north pier built?", *[TEXT] * times) for times in (1, 2))
    assert draft.tokens == 1
    passage = twice.prompt_tokens - alone.prompt_tokens
    assert passage >= reader.encoder.count(TEXT)
    assert alone.prompt_tokens - passage == reader.encoder.count("When was the north pier built?")


def test_where_a_stop_text_ends_its_words_those_before_it_are_counted(reader):
    """Nothing more is taken of a generator there, whatever it would have said of its costs."""
    question = "How long is the pier?"
    asked = Asked(question=question, hits=hits(TEXT), stop=(" metres",))
    assert ask(reader, question).text == "340 metres"
    cut = drafted(stopped(reader.answer(asked, PlainHand(hits=asked.hits)), asked.stop))
    assert (cut.text, cut.tokens) == ("340", reader.encoder.count("340"))


def test_it_insists_when_a_check_asks_it_to(reader):
    draft = ask(reader, "Which language do the people of Peru speak?", insist=True)
    assert not draft.abstained
    assert draft.text in TEXT


def test_it_finds_the_passage_that_answers_among_others(reader):
    others = ("Ice is made in a house behind the market.", "The warden sells forty blocks a day in summer.")
    draft = ask(reader, "When was the north pier built?", others[0], TEXT, others[1])
    assert draft.text == "1904"
    assert draft.quotes[0].passage == hits(others[0], TEXT)[1].passage.id


def test_barred_words_are_not_quoted_even_when_they_are_the_answer(reader):
    shown = hits(TEXT)
    start = TEXT.index("1904")
    barred = {shown[0].passage.id: ((start, start + 4),)}
    request = Asked(question="When was the north pier built?", hits=shown, barred=barred)
    draft = draft_of(reader, replace(request, insist=True))
    assert "1904" not in draft.text


def test_a_question_that_asks_why_gets_the_sentence(reader):
    draft = ask(reader, "Why do the cranes stand still in winds above 15 m/s?", insist=True)
    assert draft.text == "The cranes stand still in winds above 15 m/s, because the older one has no brake."


def test_a_passage_longer_than_a_window_is_read_to_its_end(reader):
    padding = "Rope is kept dry in the loft and counted each week. " * 60
    draft = ask(reader, "When was the north pier built?", padding + TEXT)
    assert draft.text == "1904"
    assert draft.quotes[0].start == len(padding) + TEXT.index("1904")


def test_a_threshold_of_one_makes_it_abstain_from_everything():
    assert ask(ReaderGenerator(threshold=1.0), "When was the north pier built?").abstained


def test_nothing_to_read_is_an_abstention(reader):
    assert "given none" in draft_of(reader, Asked(question="Who?")).reason
    assert "no words" in ask(reader, "Who?", "", " \n").reason
    assert "empty" in ask(reader, "  ").reason


def test_a_heading_is_read_but_not_quoted(reader):
    headed = passage("It costs 12 EUR a day.", heading=("Berth fees", "Small boats"))
    request = Asked(
        question="What is the fee for small boats?", insist=True, hits=(replace(hits("x")[0], passage=headed),)
    )
    draft = draft_of(reader, request)
    assert draft.text in headed.text
    assert "12" in draft.text


FEES = """| Service | Unit | Price in EUR |
| --- | --- | --- |
| Fresh water | cubic meter | 3.60 |
| Tug Bramble | hour begun | 455.00 |
"""


def test_a_price_is_not_answered_with_a_weight(reader):
    tug = "For vessels above 90 m the tug Bramble, bollard pull 18 tonnes, must be ordered."
    assert "18" not in ask(reader, "How much is the tug?", tug).text
    draft = ask(reader, "How much is the tug?", tug, FEES)
    assert draft.text == "455.00 EUR (hour begun)"
    assert {quote.passage for quote in draft.quotes} == {hits(tug, FEES)[1].passage.id}


def test_each_quote_of_an_answer_of_several_parts_is_exact(reader):
    text = "- rope of 12 m\n- lamp with\n  a spare wick\n- dry wood"
    headed = passage(text, heading=("What to bring",))
    request = Asked(question="Which things do I bring?", hits=(replace(hits("x")[0], passage=headed),))
    draft = draft_of(reader, request)
    assert draft.text == "- rope of 12 m\n- lamp with a spare wick\n- dry wood"
    assert [text[quote.start : quote.end] for quote in draft.quotes] == [
        "rope of 12 m",
        "lamp with\n  a spare wick",
        "dry wood",
    ]


def test_a_list_of_several_parts_is_cited_item_by_item_and_passes_the_guards(reader):
    text = "- rope of 12 m\n- lamp with a wick\n- dry wood"
    shown = (replace(hits("x")[0], passage=passage(text, heading=("What to bring",))),)
    question = "Which things do I bring?"
    draft = draft_of(reader, Asked(question=question, hits=shown))
    cited = cite(draft.text, question=question, hits=shown, quotes=draft.quotes)
    assert [citation.text for citation in cited.citations] == ["- rope of 12 m", "- lamp with a wick", "- dry wood"]
    asked = GuardRequest(stage="output", text=draft.text, question=question, hits=shown, quotes=cited.quotes)
    assert Grounded().check(asked).passed
    assert Citations().check(asked).passed
