"""Clues choose among the spans that the network finds, and calibration learns how far to trust them."""

from dataclasses import replace

import pytest

from steep_plugins.generators.reader.preference import CLUES, Asked, bonus, clues, fit_weights
from steep_plugins.generators.reader.reading import SpanReader, Task, Text, weighed
from steep_plugins.generators.reader.spans import Candidate
from steep_plugins.generators.reader.training.calibrate import calibrate

from .conftest import TEXT


def seen(question, span, sentence=""):
    return dict(zip(CLUES, clues(Asked.of(question), span, sentence or span), strict=True))


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


def test_spans_without_words_have_clues_too():
    assert len(clues(Asked.of(""), "…", "…")) == len(CLUES)


def test_the_weights_make_the_right_spans_win():
    asked = Asked.of("When was it built?")
    spans = ("a long pier of stone and timber", "in 1904", "Anna Lund")
    found = [clues(asked, span, span) for span in spans]
    rows = [((1.0, 0.5, 0.8), found, (0.0, 1.0, 0.0))] * 20
    weights = fit_weights(rows)
    totals = [margin + bonus(weights, row) for margin, row in zip(rows[0][0], found, strict=True)]
    assert max(totals) == totals[1]
    assert fit_weights(rows) == weights


def test_no_weights_leave_the_order_alone():
    found = [Candidate(passage=0, start=0, end=3, margin=1.0, share=-1.0)]
    assert weighed(Task(question="Who?", texts=(Text(text=TEXT),)), found, ()) == found


def test_a_bonus_moves_the_margin_and_nothing_else():
    task = Task(question="When was it built?", texts=(Text(text=TEXT),))
    start = TEXT.index("1904")
    found = [Candidate(passage=0, start=start, end=start + 4, margin=1.0, share=-1.0)]
    weights = [2.0 if clue == "time asked, time" else 0.0 for clue in CLUES]
    assert weighed(task, found, weights) == [replace(found[0], margin=3.0)]


def test_calibration_is_the_same_for_the_same_rows(tiny, encoder):
    from steep_plugins.generators.reader.examples import ReadingExample

    texts = {
        group: [f"The {name} of {group} has {count} carts and was built in 19{count}." for name, count in things]
        for group, things in {
            "Riga": [("pier", 11), ("quay", 12), ("gate", 13)],
            "Oslo": [("dock", 21), ("yard", 22), ("lamp", 23)],
        }.items()
    }
    examples = [
        ReadingExample(
            question=f"How many carts has the {text.split()[1]}?",
            context=text,
            span=(text.index("has ") + 4, text.index("has ") + 6),
            group=group,
        )
        for group, paragraphs in texts.items()
        for text in paragraphs
    ]
    reader = SpanReader(tiny(), encoder)
    first = calibrate(reader, examples)
    assert first == calibrate(reader, examples)
    assert first.rows == 2 * len(examples)
    assert len(first.preference) == len(CLUES)
    assert 0 <= first.error <= 1
