import json

import pytest

from steep.kinds import GuardRequest, Quote
from steep.testing.guardrail import guard_request
from steep_plugins.guardrails.citations import Citations
from steep_plugins.guardrails.grounded import Grounded

PASSAGE = "The Heron runs every hour. Dogs may not travel on the Heron. A berth for a boat costs 90 euros a week."


def grounded(text, question="What about it?"):
    request = guard_request("output", text, PASSAGE)
    check = Grounded().check(GuardRequest(stage="output", text=text, question=question, hits=request.hits))
    return [found.rule for found in check.findings]


def test_an_answer_without_citations_fails():
    request = guard_request("output", "It costs 90 euros.")
    bare = GuardRequest(stage="output", text=request.text, question="", hits=request.hits)
    assert Citations().check(bare).reason == "the answer cites no passage"


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (0, 10_000)])
def test_a_citation_outside_its_passage_fails(start, end):
    request = guard_request("output", "It costs 90 euros.")
    quote = Quote(passage=request.hits[0].passage.id, start=start, end=end)
    check = Citations().check(
        GuardRequest(stage="output", text=request.text, question="", hits=request.hits, quotes=(quote,))
    )
    assert "outside its passage" in check.reason


def test_a_citation_of_what_was_not_retrieved_fails():
    request = guard_request("output", "It costs 90 euros.")
    quotes = (Quote(passage="elsewhere", start=0, end=3),)
    check = Citations().check(GuardRequest(stage="output", text="x", question="", hits=request.hits, quotes=quotes))
    assert "not retrieved" in check.reason


def test_quoted_words_must_stand_in_a_passage():
    assert (
        Citations()
        .check(guard_request("output", 'It says "berth costs 90 euros".', "The berth **costs**\n90 euros."))
        .passed
    )
    check = Citations().check(guard_request("output", 'It says "berths are free for all".'))
    assert [found.rule for found in check.findings] == ["foreign-quotation"]


def test_the_texts_of_a_json_answer_are_no_quotations_but_what_they_quote_is():
    assert Citations().check(guard_request("output", '{"answer": "A berth is paid by the week, in euros."}')).passed
    quoting = json.dumps({"answer": 'It says "berths are free for all".'})
    assert [found.rule for found in Citations().check(guard_request("output", quoting)).findings] == [
        "foreign-quotation"
    ]


def test_an_answer_from_no_passages_has_nothing_to_cite():
    assert Citations().check(GuardRequest(stage="output", text="Yes.", question="")).passed
    assert Grounded().check(GuardRequest(stage="output", text="Yes.", question="")).passed


@pytest.mark.parametrize(
    "text",
    [
        "The Heron runs every hour. [1]",
        "A week's berth costs 90 euros [1].",
        "Yes.",
        "Dogs cannot travel on the Heron.",
    ],
)
def test_what_the_passage_says_is_grounded(text):
    assert grounded(text) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("numbers", "A berth costs 95 euros a week."),
        ("names", "The boat for dogs is the Kestrel."),
        ("negation", "Dogs may travel on the Heron."),
        ("words", "Captains grill fresh mackerel behind wooden sheds."),
    ],
)
def test_what_it_does_not_say_is_found(rule, text):
    assert grounded(text) == [rule]


def test_the_words_of_the_question_count_neither_way():
    assert grounded("Yes, kayaks run every hour.", "Do kayaks from Oslo run?") == []


def test_unsupported_sentences_can_be_taken_out():
    request = guard_request("output", "The Heron runs every hour. It costs 7 crowns.", PASSAGE)
    assert Grounded().check(request).rewritten == "The Heron runs every hour."
