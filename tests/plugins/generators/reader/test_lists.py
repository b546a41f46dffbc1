"""Lists and tables are found in the text as readers write them, and nothing else is taken for one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import Source
from steep_plugins.generators.reader.lists import list_around, listings
from steep_plugins.generators.reader.reading import Text
from steep_plugins.generators.reader.tables import label_stems, named
from steep_plugins.languages.en.spans import enumeration
from steep_plugins.readers.html import HtmlReader

HARBOR = Path(__file__).parents[4] / "examples" / "harbor" / "documents"


def items(text):
    return [[text[item.start : item.end] for item in listing.items] for listing in listings(Text(text=text))]


def rows(text):
    tables = [table for table in Text(text=text).tables if table.rows and len(table.heads) > 1]
    return [[[text[slice(*cell)] for cell in row] for row in (table.header, *table.rows)] for table in tables]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a\n- b", [["a", "b"]]),
        ("1. a\n   goes on\n2. b\ngoes on", [["a\n   goes on", "b\ngoes on"]]),
        ("* a\n\n* b\n\nafter", [["a", "b"]]),
        ("- a\n  - below\n- b", [["a\n  - below", "b"]]),
        ("- a\n- b\n\n1. c\n2. d", [["a", "b"], ["c", "d"]]),
        ("- alone\n\ntext", []),
        ("In 1904. It was\n1904. No list.", []),
        ("- a\n# head\n- b", []),
    ],
)
def test_lists_are_found_with_what_belongs_to_their_items(text, found):
    assert items(text) == found


def test_the_sentence_above_a_list_is_its_intro_only_if_it_leads_into_it():
    text = "Some words. Bring these:\n\n- rope\n- lamp"
    assert text[slice(*listings(Text(text=text))[0].intro)] == "Bring these:"
    assert listings(Text(text="Bring these.\n\n- rope\n- lamp"))[0].intro is None


def test_tables_are_found_with_and_without_a_rule_below_their_head():
    for rule in ("|---|---|\n", ""):
        assert rows(f"| a | b |\n{rule}| c d | |\n\ntext") == [[["a", "b"], ["c d", ""]]]


def test_rows_of_another_width_or_behind_a_gap_are_of_another_table():
    assert rows("| a | b |\n| c |\n") == []
    assert rows("| a | b |\n| c | d |\n\n| e | f |\n| g | h |") == [
        [["a", "b"], ["c", "d"]],
        [["e", "f"], ["g", "h"]],
    ]
    assert rows("| --- |\n| a | b |\n| c | d |") == [[["a", "b"], ["c", "d"]]]


def test_lists_and_tables_of_a_web_page_are_found():
    source = Source(path="portal.html", data=(HARBOR / "cold-storage" / "customer-portal.html").read_bytes())
    text = HtmlReader().read(source).text
    assert items(text)[0][0] == "Ask the goods-in office for an account. It is set up within one working day."
    assert ["Invoice ready", "yes", "no"] in rows(text)[0]


@given(st.text(st.sampled_from("ab1. -*|\n#"), max_size=80))
def test_items_and_cells_stand_in_the_text_in_order(text):
    for listing in listings(Text(text=text)):
        places = [(item.line, item.start, item.end) for item in listing.items]
        assert all(line < start < end <= len(text) for line, start, end in places)
        assert places == sorted(places)
    for table in Text(text=text).tables:
        flat = [cell for row in (table.header, *table.rows) for cell in row]
        assert flat == sorted(flat)
        assert not any("\n" in text[slice(*cell)] for cell in flat)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("the tug", 2),
        ("linesman on a Sunday", 1),
        ("a linesman", None),
        ("linesman or tug Bramble on Sunday", None),
        ("a diver", None),
    ],
)
def test_a_label_is_named_by_words_that_are_its_own(asked, found):
    labels = [label_stems(text) for text in ("Linesman, weekdays", "Linesman, Sundays", "Tug Bramble")]
    assert named(labels, label_stems(asked)) == found


def test_labels_of_one_letter_are_told_apart():
    labels = [label_stems("Hall A"), label_stems("Hall B")]
    assert named(labels, label_stems("What does Hall B cost?")) == 1
    assert named(labels, label_stems("What does a hall cost?")) is None


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("Bring a rope, a lamp and some oil when it is dark.", "a rope", "a rope, a lamp and some oil"),
        ("The cats: Tar, Biscuit, and Mrs. Haig.", "Biscuit", "Tar, Biscuit, and Mrs. Haig"),
        ("The cat Tar sleeps and eats.", "Tar", None),
        ("One, two or three", "three", None),
        ("Built by Anna and Ole in May.", "Anna and Ole", None),
    ],
)
def test_an_enumeration_ends_where_its_last_member_does(text, part, whole):
    start = text.index(part)
    found = enumeration(text, start, start + len(part))
    assert (text[slice(*found)] if found else None) == whole


def test_a_label_of_which_less_than_half_is_named_is_not_meant():
    labels = [label_stems("Winter storage in the large hall"), label_stems("Summer berth")]
    assert named(labels, label_stems("What does storage cost?")) is None  # one word of four
    assert named(labels, label_stems("What does winter storage cost?")) == 0  # half of them
    assert named(labels, label_stems("What does a berth cost?")) == 1


MOORING = "1. Moor the boat.\n2. Switch off the engine.\n3. Report to the office."
BAKING = "To bake a loaf, do this:\n\n- Mix flour and water.\n- Let it rest.\n- Bake it for 40 minutes."


def around(question, text, lead=""):
    """Of how many items the list is that is given where the first of them was found."""
    read = Text(text=text, lead=lead)
    first = listings(read)[0].items[0]
    found = list_around(question, read, (first.start, first.end))
    return len(found.items) if found else 0


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("What are the steps?", 3),
        ("What are the steps to moor a boat?", 3),
        ("Which steps do I have to take when mooring?", 3),
        ("How do I moor a yacht?", 3),
        ("Where do I switch off the engine?", 0),
        ("What is the first thing to do with the boat?", 0),
    ],
)
def test_who_asks_for_the_steps_is_given_all_of_them(question, count):
    assert around(question, MOORING, "Mooring a yacht > Steps") == count


def test_a_list_without_numbers_is_of_steps_where_what_leads_into_it_says_so():
    assert around("How do I bake a loaf?", BAKING) == 3
    assert around("How do I bake a loaf?", BAKING.replace("do this", "you need")) == 0
