"""Clues choose among the spans that the network finds, and calibration learns how far to trust them."""

import math
from dataclasses import replace

import pytest

from steep_plugins.generators.reader.clues import ASKED_ABOVE, CLUES, ORDER, STATED, Asked, clues, fit_weights, total
from steep_plugins.generators.reader.reading import Choice
from steep_plugins.generators.reader.windows import Candidate


def seen(question, span, sentence=""):
    return dict(zip(CLUES[1:-1], clues(Asked.of(question), span, sentence or span), strict=True))


@pytest.mark.parametrize(
    ("question", "span", "clue"),
    [
        ("When was it built?", "in May 1904", "time asked, time"),
        ("In what year did it burn?", "a great fire", "time asked, none"),
        ("How many cranes are there?", "two", "number asked, number"),
        ("What percentage voted?", "most voters", "number asked, none"),
        ("Who drew it?", "Anna Lund", "person asked, name"),
        ("Who drew it?", "a plan", "person asked, none"),
        ("Where does she live?", "Riga", "place asked, name"),
        ("What carries them?", "1904", "thing asked, only a number"),
        ("What was it?", "A pier. It is long", "crosses a sentence"),
        ("What was it?", "of the pier", "bad edge"),
        ("What was it?", "the pier", "article first"),
    ],
)
def test_a_clue_is_seen(question, span, clue):
    assert seen(question, span)[clue] == 1


def test_a_question_for_a_year_does_not_ask_for_a_number():
    assert seen("What year was it built, and how many cranes has it?", "1904")["number asked, number"] == 0


def test_words_of_the_question_in_the_span_and_beside_it_are_told_apart():
    found = seen("Who built the north pier?", "Anna Lund", "The north pier was built by Anna Lund.")
    assert found["repeats the question"] == 0
    assert found["sentence shares the question"] == 1


def test_words_of_the_question_in_the_heading_are_seen():
    asked = Asked.of("What does the north pier cost?")
    at = CLUES.index("heading shares the question") - 1
    assert clues(asked, "EUR 5", "It is EUR 5.", heading="Fees > North pier")[at] == pytest.approx(2 / 3)
    assert clues(asked, "EUR 5", "It is EUR 5.", heading="Crews")[at] == 0
    assert clues(Asked.of("What is it?"), "EUR 5", "It is EUR 5.", heading="Fees")[at] == 0


@pytest.mark.parametrize(
    ("heading", "same"),
    [
        ("Fees > What does the north pier cost?", 1),
        ("Fees > Cost of the north pier", 1),
        ("The north pier cost > Fees", 0),
    ],
)
def test_a_heading_that_asks_what_is_asked_is_seen(heading, same):
    asked = Asked.of("What does the north pier cost?")
    assert clues(asked, "EUR 5", "It is EUR 5.", heading=heading)[CLUES.index(ASKED_ABOVE) - 1] == same


def test_a_question_that_a_statement_answers_makes_words_count():
    assert seen("Can I moor there?", "you may not moor there at night")[STATED] == pytest.approx(math.log1p(7))
    assert seen("Who moors there?", "you may not moor there at night")[STATED] == 0


def test_a_span_of_a_passage_that_was_retrieved_later_tells_so():
    asked = Asked.of("What does the pier cost?")
    found = [clues(asked, "EUR 5", "It is EUR 5.", rank=rank)[CLUES.index(ORDER) - 1] for rank in range(4)]
    assert found[0] == 0
    assert found == sorted(found)
    assert len(set(found)) == 4


def test_spans_without_words_have_clues_too():
    assert len(clues(Asked.of(""), "…", "…")) == len(CLUES) - 2


def test_the_weights_make_the_right_spans_win():
    asked = Asked.of("When was it built?")
    spans = ("a long pier of stone and timber", "in 1904", "Anna Lund")
    found = [(margin, *clues(asked, span, span), 1.0) for margin, span in zip((1.0, 0.5, 0.8), spans, strict=True)]
    rows = [(found, (0.0, 1.0, 0.0))] * 20
    weights = fit_weights(rows)
    totals = [total(weights, row) for row in found]
    assert max(totals) == totals[1]
    assert fit_weights(rows) == weights


def test_a_tight_ridge_holds_its_clue_where_it_was():
    found = [(1.0, *[0.0] * (len(CLUES) - 2), 0.0), (0.0, *[1.0] * (len(CLUES) - 2), 1.0)]
    towards = [0.0] * len(CLUES)
    free = {"margin", "comma", STATED, "sentence means what is asked"}
    ridge = [0.1 if clue in free else 1e6 for clue in CLUES]
    weights = dict(zip(CLUES, fit_weights([(found, (0.0, 1.0))] * 9, ridge=ridge, towards=towards), strict=True))
    assert all((abs(weight) > 0.01) == (clue in free) for clue, weight in weights.items())
    assert weights["margin"] < 0 < weights["sentence means what is asked"]


def test_without_weights_the_margin_alone_counts():
    choice = Choice((Candidate(passage=0, start=0, end=3, margin=1.0, share=-1.0),), ((1.0, *[9.0] * 19),))
    assert choice.weighed(()) == list(choice.spans)


def test_the_weighed_margin_holds_all_clues_and_nothing_else_changes():
    spans = (
        Candidate(passage=0, start=0, end=3, margin=1.0, share=-1.0),
        Candidate(passage=0, start=4, end=9, margin=0.5, share=-2.0),
    )
    between = [0.0] * (len(CLUES) - 2)
    rows = ((1.0, *between, 1.0), (0.5, *between, 4.0))
    weighed = Choice(spans, rows).weighed([2.0, *between, 0.5])
    assert weighed == [replace(spans[0], margin=2.5), replace(spans[1], margin=3.0)]
