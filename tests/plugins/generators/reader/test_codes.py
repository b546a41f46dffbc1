"""Questions for an option, a command or the like, and spans that hold one as it is typed."""

import pytest

from steep_plugins.generators.reader.whole import holds_code
from steep_plugins.languages.en.questions import asks_for_code


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which option hides the progress?", True),
        ("What command-line flag skips the tide check?", True),
        ("metric for the number of free berths", True),
        ("function to round a time", True),
        ("Which metric type should I use?", False),
        ("How do I hide the progress?", False),
        ("Who may use the crane?", False),
        ("What options do I have if I come late?", False),
        ("Which method of payment is there?", False),
    ],
)
def test_a_question_for_a_name_in_code_is_told_apart(question, asked):
    assert asks_for_code(question) is asked


@pytest.mark.parametrize(
    ("text", "part", "held"),
    [
        ("with --silent only", "--silent", True),
        ("with -s only", "with -s", True),
        ("call moor() first", "moor()", True),
        ("see berth_free_total", "berth_free_total", True),
        ("type `make tide` now", "make tide", True),
        ("a well-known pier", "well-known pier", False),
        ("12-17 boats - and more", "12-17 boats - and more", False),
        ("see https://harbor.example/tide_table?by_day=1", "https://harbor.example/tide_table?by_day=1", False),
    ],
)
def test_a_span_that_holds_a_name_in_code_is_told_apart(text, part, held):
    start = text.index(part)
    assert holds_code(text, start, start + len(part)) is held
