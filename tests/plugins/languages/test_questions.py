"""What a question wants is read from its words: several things, steps, a number of things, a quantity."""

import pytest

from steep_plugins.languages.en import questions
from steep_plugins.languages.en.questions import sort_asked, wanted_count, wants_several, wants_steps
from steep_plugins.languages.en.spans import holds, with_currency


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which goods must be kept apart?", True),
        ("What are the supplements?", True),
        ("Which rooms does the store have?", True),
        ("What work boats are there?", True),
        ("List the steps of a swap.", True),
        ("Name three halls.", True),
        ("What is the price of ropes?", False),
        ("What happens if the doors stand open?", False),
        ("What does the pilot cost?", False),
        ("Which bus goes to the pier?", False),
        ("Who keeps the keys?", False),
        ("Which of the halls is colder?", False),
    ],
)
def test_questions_for_several_things_are_told_from_those_for_one(question, expected):
    assert wants_several(question) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How do I swap a shift?", True),
        ("How can a customer get an account?", True),
        ("How is a complaint handled?", True),
        ("What are the steps?", True),
        ("What must the driver do?", True),
        ("How many steps do I climb?", True),
        ("How long is the pier?", False),
        ("How much is the tug?", False),
        ("Who swaps shifts?", False),
    ],
)
def test_questions_for_steps_are_told_apart(question, expected):
    assert wants_steps(question) is expected


@pytest.mark.parametrize(
    ("question", "count"),
    [("Which four rules are there?", 4), ("What are the 3 stages?", 3), ("Which rules are there?", None)],
)
def test_the_number_of_things_asked_for_is_read(question, count):
    assert wanted_count(question) == count


@pytest.mark.parametrize(
    ("question", "sort"),
    [
        ("How much is the tug?", "money"),
        ("How much does a bicycle cost?", "money"),
        ("What is the fee for a pilot?", "money"),
        ("How much is paid for stand-by?", "money"),
        ("How much does the tug weigh?", "weight"),
        ("How much ammonia is in the plant?", None),
        ("How much can the crane lift?", None),
        ("How much is known of it?", None),
        ("How long does a refund take?", "duration"),
        ("How long is the pier?", None),
        ("How soon is it answered?", "duration"),
        ("How often is it tested?", "frequency"),
        ("How many halls are there?", "count"),
        ("At what temperature is fish refused?", "temperature"),
        ("What percentage is paid back?", "share"),
        ("Who pays?", None),
    ],
)
def test_the_sort_of_quantity_asked_for_is_read(question, sort):
    assert sort_asked(question) == sort


@pytest.mark.parametrize(
    ("sort", "text", "held"),
    [
        ("money", "EUR 410 for each hour", True),
        ("money", "455.00", True),
        ("money", "free of charge", True),
        ("money", "18 tonnes", False),
        ("duration", "within 5 days", True),
        ("duration", "the office", False),
        ("temperature", "-19.0 °C", True),
        ("temperature", "20 minutes", False),
        ("count", "fourteen", True),
        ("count", "the halls", False),
        ("share", "60 percent", True),
        ("weight", "18 tonnes", True),
        ("frequency", "every 4 hours", True),
    ],
)
def test_a_span_holds_a_quantity_of_its_sort(sort, text, held):
    assert holds(sort, text, 0, len(text)) is held


def test_the_currency_before_a_figure_counts_as_its_own():
    text = "It costs EUR 410 an hour."
    start = text.index("410")
    assert holds("money", text, start, start + 3)
    assert text[slice(*with_currency(text, start, start + 3))] == "EUR 410"


@pytest.mark.parametrize("question", ["Was kostet eine Nacht im Hafen?", "Was passiert, wenn ich zu spät komme?"])
def test_a_question_in_another_language_asks_for_nothing_that_english_rules_know(question):
    assert not any(
        rule(question) for rule in (questions.states, questions.explains, questions.wants_several, questions.asks_time)
    )
    assert questions.sort_asked(question) is None
    assert questions.wanted_count(question) is None
