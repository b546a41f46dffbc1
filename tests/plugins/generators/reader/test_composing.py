"""A span becomes the whole answer: a list with its items, steps, a cell, a number with its condition."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.values import Document
from steep_plugins.generators.reader.composing import Composition, compose
from steep_plugins.generators.reader.reading import Text
from steep_plugins.generators.reader.windows import Candidate
from steep_plugins.readers.markdown_blocks import markdown_blocks
from steep_plugins.splitters.sentences import SentenceSplitter

SWAP = (
    "1. Find a colleague with the same certificates.\n"
    "2. Both enter the swap in Beacon,\n   not by mail.\n"
    "3. Without an answer by Friday the swap is valid.\n\n"
    "You may swap up to four shifts a month."
)
APART = "- Fish and dairy: never in one aisle.\n- Nuts: in aisle 11.\n- Bait: never in Hall A.\n\nAsk the dock lead."
FEES = (
    "| Service | Unit | Price in EUR |\n"
    "| --- | --- | --- |\n"
    "| Pilot, vessels up to 70 m | each way | 265.00 |\n"
    "| Pilot, vessels above 70 m | each way | 360.00 |\n"
    "| Tug Bramble | hour begun | 455.00 |\n"
)
BARE_FEES = FEES.replace("| --- | --- | --- |\n", "")
LIMITS = (
    "| Room | Set point | Warning above | Alarm above | Alarm delay |\n"
    "| --- | --- | --- | --- | --- |\n"
    "| Hall A | +2 °C | +4.5 °C | +6.0 °C | 10 minutes |\n"
    "| Hall B | -22 °C | -19.0 °C | -16.0 °C | 20 minutes |\n"
    "| Bait room | -12 °C | -9.0 °C | -6.0 °C | 45 minutes |\n"
)


def answer(question, text, part, *, lead="", barred=(), others=()):
    texts = [Text(text=text, lead=lead, barred=barred), *others]
    start = text.index(part)
    best = Candidate(passage=0, start=start, end=start + len(part), margin=1.0, share=-1.0)
    number, composed = compose(question, texts, [best])
    return number, composed


def said(question, text, part, **options):
    return answer(question, text, part, **options)[1].text


def test_a_question_for_several_things_gets_every_item_of_the_list():
    _, composed = answer("Which goods must be kept apart?", APART, "Nuts", lead="Goods-in > Keep apart")
    assert composed.text == "- Fish and dairy: never in one aisle.\n- Nuts: in aisle 11.\n- Bait: never in Hall A."
    assert [APART[start:end] for start, end in composed.spans] == [
        "Fish and dairy: never in one aisle.",
        "Nuts: in aisle 11.",
        "Bait: never in Hall A.",
    ]


def test_a_question_for_one_item_gets_that_item():
    for question in ("Which rules apply to nuts?", "Where do nuts go?"):
        assert said(question, APART, "in aisle 11", lead="Goods-in > Keep apart") == "Nuts: in aisle 11."


def test_a_question_how_to_do_it_gets_the_numbered_steps_with_their_numbers():
    expected = (
        "1. Find a colleague with the same certificates.\n2. Both enter the swap in Beacon, not by mail.\n"
        "3. Without an answer by Friday the swap is valid."
    )
    for part in ("Find a colleague", "up to four shifts"):
        assert said("How do I swap a shift?", SWAP, part, lead="Shifts > Swapping") == expected


def test_a_question_about_one_step_gets_that_step():
    found = said("How do I find a colleague?", SWAP, "with the same certificates", lead="Shifts > Swapping")
    assert found == "Find a colleague with the same certificates."


def test_a_list_of_another_length_than_is_asked_for_is_not_given():
    assert said("Which three goods must be kept apart?", APART, "Nuts", lead="Keep apart").count("\n") == 2
    assert said("Which two goods must be kept apart?", APART, "Nuts", lead="Keep apart") == "Nuts"


def test_the_sentence_that_leads_into_a_list_stands_for_it():
    text = "We have four rules, and we mean them:\n\n1. Say it.\n2. Do it.\n3. Check it.\n4. Report it."
    assert said("What are the four rules?", text, "four rules").startswith("1. Say it.\n2. Do it.")
    assert said("Who has rules?", text, "We") == "We"


def test_an_item_that_tells_whether_something_is_so_stands_behind_what_leads_into_its_list():
    text = "These are no emergencies:\n- It is late on a Friday.\n- The owner is in a hurry.\n\nAsk the dock lead."

    def said(question, barred=()):
        return answer(question, text, "late on a Friday", barred=barred)[1].text

    assert said("Is it one when it is late?") == "These are no emergencies:\n- It is late on a Friday."
    assert said("Which day is it?") == "It is late on a Friday."
    start = text.index("no emerg")
    assert said("Is it one when it is late?", [(start, start + 14)]) == "It is late on a Friday."


def test_items_with_barred_words_are_left_out_and_the_rest_is_given():
    start = APART.index("aisle 11")
    _, composed = answer(
        "Which goods must be kept apart?", APART, "Bait", lead="Keep apart", barred=((start, start + 8),)
    )
    assert "Nuts" not in composed.text
    assert len(composed.spans) == 2


@pytest.mark.parametrize("table", [FEES, BARE_FEES])
def test_a_question_that_names_row_and_column_gets_the_cell_with_its_unit(table):
    number, composed = answer("How much is the tug per hour?", table, "265.00", lead="Tariff > Services")
    assert (number, composed.text) == (0, "455.00 EUR (hour begun)")
    assert [table[start:end] for start, end in composed.spans] == ["455.00", "EUR", "hour begun"]


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What is the alarm delay in Hall B?", "20 minutes"),
        ("What is the set point of the bait room?", "-12 °C"),
        ("At what temperature is there an alarm in the bait room?", "-6.0 °C"),
        ("Which room has a set point of -22 °C?", "Hall B"),
    ],
)
def test_rows_and_columns_are_found_by_their_words(question, cell):
    assert said(question, LIMITS, "+2 °C") == cell


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does the pilot cost?", FEES),
        ("What is the alarm above or the alarm delay of Hall A?", LIMITS),
        ("What is the delay in Hall C?", LIMITS),
        ("Why is the alarm delay in Hall B 20 minutes?", LIMITS),
    ],
)
def test_a_question_that_could_mean_two_cells_or_none_leaves_the_span_alone(question, text):
    part = "265.00" if text is FEES else "+2 °C"
    assert said(question, text, part) == part


ERRORS = (
    "| Code | Name | Meaning | What to do |\n"
    "| --- | --- | --- | --- |\n"
    "| PQ-204 | `TooLarge` | The message is too large | Store it elsewhere |\n"
    "| PQ-205 | `QueueFull` | The queue is full | Wait a little |\n"
)


def test_a_question_that_names_a_row_by_its_code_gets_the_row_with_its_headings():
    for question in ("PQ-205?", "What should I do about PQ-205?", "Is the queue full at pq-205?"):
        _, composed = answer(question, ERRORS, "too large")
        assert composed.text == "PQ-205 (Name: `QueueFull`; Meaning: The queue is full; What to do: Wait a little)"
        assert [ERRORS[slice(*span)] for span in composed.spans] == [
            "PQ-205 | `QueueFull` | The queue is full | Wait a little"
        ]
        assert composed.named


def test_a_row_is_no_answer_where_something_is_asked_that_its_table_does_not_know():
    for question in ("Who invented PQ-205?", "Is there wifi at PQ-205?", "What do codes like PQ-2050 say?"):
        assert said(question, ERRORS, "too large") == "too large"


HOURS = "| Day | Hours |\n| --- | --- |\n| Monday | closed |\n| Tuesday to Sunday | 10:00 to 20:00 |\n"


def test_a_row_of_two_cells_is_named_by_its_label_alone_where_nothing_else_is_asked():
    for question in ("Is the Riverside open on Mondays?", "Riverside on Monday?"):
        _, composed = answer(question, HOURS, "10:00", lead="Branches > Riverside: when we are open")
        assert (composed.text, composed.named) == ("closed", True)
    assert said("Who works on Mondays?", HOURS, "10:00", lead="Branches > Riverside") != "closed"


def test_a_heading_is_not_named_by_the_word_that_asks():
    assert said("What is the meaning of PQ-204?", ERRORS, "too large") == "The message is too large"
    assert said("What is the name of PQ-205?", ERRORS, "too large") == "`QueueFull`"


def test_a_cell_that_may_not_be_quoted_is_not():
    start = LIMITS.index("20 minutes")
    assert said("What is the alarm delay in Hall B?", LIMITS, "Bait room", barred=((start, start + 2),)) == "Bait room"


def test_a_cell_of_another_passage_is_given_when_no_other_passage_has_one():
    fees = Text(text=FEES, lead="Tariff")
    number, composed = answer("How much is the tug?", "A bollard pull of 18 tonnes.", "18 tonnes", others=[fees])
    assert (number, composed.text) == (1, "455.00 EUR (hour begun)")
    number, composed = answer("How much is the tug?", "A pull of 18 tonnes.", "18 tonnes", others=[fees, fees])
    assert (number, composed.text) == (0, "18 tonnes")


def test_the_cells_of_a_column_answer_a_question_for_them_all():
    assert said("Which rooms does the store have?", LIMITS, "Hall A", lead="The store") == "Hall A; Hall B; Bait room"
    assert said("Which rooms are at -22 °C?", LIMITS, "Hall B", lead="The store") == "Hall B"


@pytest.mark.parametrize(
    ("question", "text", "part", "whole"),
    [
        ("How soon is it answered?", "It is answered within 5 business days.", "5 business days", None),
        ("How much may I order?", "You may order up to EUR 10,000 per order.", "10,000", "up to EUR 10,000 per order"),
        ("How much does stand-by pay?", "Stand-by pays EUR 3.80 an hour.", "3.80", "EUR 3.80 an hour"),
        ("How many users are allowed?", "A firm can have up to 8 users.", "8", "up to 8"),
        ("How long may I stay?", "Stay at most 14 nights in a row.", "most 14 nights", "at most 14 nights"),
        ("How much do I pay?", "It costs no more than EUR 30 a day.", "than EUR 30", "no more than EUR 30 a day"),
        ("Who pays 5?", "Anna pays EUR 5 a day.", "Anna", "Anna"),
        ("What is the fine?", "The fine is $450 for each day.", "450", "$450 for each day"),
    ],
)
def test_a_number_is_given_with_its_unit_and_condition(question, text, part, whole):
    assert said(question, text, part) == (whole or "within 5 business days")


def test_a_condition_that_may_not_be_quoted_is_left_out():
    text = "You may order up to EUR 10,000 per order."
    start = text.index("up to")
    found = said("How much may I order?", text, "10,000", barred=((start, start + 5),))
    assert found == "EUR 10,000"


@pytest.mark.parametrize(
    ("question", "part", "whole"),
    [
        ("What are the names of the cats?", "Tar", "Biscuit, Tar, Pilchard and Mrs. Haig"),
        ("Which cats are there?", "Biscuit", "Biscuit, Tar, Pilchard and Mrs. Haig"),
        ("What cat is named?", "Tar", "Tar"),
    ],
)
def test_an_enumeration_is_given_whole_to_a_question_for_several(question, part, whole):
    assert said(question, "Four machines (named after the cats: Biscuit, Tar, Pilchard and Mrs. Haig).", part) == whole


_BLOCKS = st.sampled_from(
    (
        "- one red thing",
        "- two things, a, b and c",
        "  - nested",
        "1. first step",
        "2) second",
        "3. third step",
        "| Room | Price in EUR |",
        "| --- | --- |",
        "| Hall A | 12.50 |",
        "| Hall B | | x |",
        "|",
        "up to EUR 5 a day: ropes, lamps and oil.",
        "What follows:",
        "",
        "# Heading",
    )
)
_QUESTIONS = st.sampled_from(
    (
        "Which things are red?",
        "List all steps.",
        "How do I do the steps?",
        "How much is Hall A?",
        "What does Hall B cost?",
        "Which rooms are there?",
        "How many things?",
        "Why?",
        "",
    )
)


@settings(deadline=None, max_examples=300)
@given(blocks=st.lists(_BLOCKS, min_size=1, max_size=9), question=_QUESTIONS, data=st.data())
def test_quotes_stand_in_the_passage_apart_from_each_other_and_from_what_is_barred(blocks, question, data):
    text = "\n".join(blocks) + "\nend"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    left = data.draw(st.integers(0, len(text)))
    barred = tuple(
        span
        for span in [(left, data.draw(st.integers(left, len(text))))]
        if span[0] < span[1] and not (span[0] < end and span[1] > start)
    )
    best = Candidate(passage=0, start=start, end=end, margin=0.0, share=-1.0)
    number, composed = compose(question, [Text(text=text, lead="Things > Steps", barred=barred)], [best])
    assert number == 0
    assert composed.spans
    ordered = sorted(composed.spans)
    assert all(0 <= first < last <= len(text) for first, last in ordered)
    assert all(before[1] <= after[0] for before, after in pairwise(ordered))
    assert not any(first < b and last > a for first, last in ordered for a, b in barred)
    shown = " ".join(composed.text.split())
    assert all(" ".join(text[first:last].split()) in shown for first, last in composed.spans)
    if len(composed.spans) == 1 and not composed.named:
        assert composed.text == text[slice(*composed.spans[0])]


BERTHS = "# Berths\n\n| Berth | Price in EUR | Depth |\n| --- | --- | --- |\n" + "".join(
    f"| Berth {chr(97 + n // 26)}{chr(97 + n % 26)} | {20 + n} | {n}.5 m |\n" for n in range(60)
)


@pytest.mark.parametrize(
    ("question", "cell", "wrong"),
    [
        ("What is the price of berth ca?", "72 EUR", "52.5 m"),
        ("What is the depth of berth ca?", "52.5 m", "72"),
        ("How much does berth ca cost?", "72 EUR", "52.5 m"),
    ],
)
def test_a_cell_far_down_a_long_table_is_known_by_the_header_of_its_first_passage(question, cell, wrong):
    document = Document(path="a.md", text=BERTHS, title="Harbor", blocks=markdown_blocks(BERTHS))
    passages = SentenceSplitter(words=60, overlap=1).split(document)
    (late,) = (passage for passage in passages if "Berth ca" in passage.text)
    assert "Price" not in late.text
    start = late.text.index(wrong)
    best = Candidate(passage=0, start=start, end=start + len(wrong), margin=1.0, share=-1.0)
    _, composed = compose(question, [Text.of(late)], [best])
    assert composed.text == cell
    assert [late.text[slice(*span)] for span in composed.spans] == [cell.removesuffix(" EUR")]


def test_answers_by_one_span_after_another_are_those_that_each_gives_alone():
    texts = [Text(text=each) for each in (FEES, FEES, LIMITS, SWAP, APART)]  # what two name decides nothing
    questions = (
        "What does a pilot cost for vessels above 70 m?",
        "At what temperature is there an alarm in Hall B?",
        "How do I swap a shift?",
        "Which goods must be kept apart?",
    )
    places = [(number, at) for number, text in reversed([*enumerate(texts)]) for at in range(0, len(text.text) - 9, 23)]
    spans = [Candidate(passage=number, start=at, end=at + 9, margin=1.0, share=-1.0) for number, at in places]
    for question in questions:
        composition = Composition(question, texts)
        together = [composition.by(span) for span in spans]
        assert together == [compose(question, texts, [span]) for span in spans]
