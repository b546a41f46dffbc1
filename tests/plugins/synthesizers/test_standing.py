# ruff: noqa: E501 (a table of sentences reads best with a row a line)
"""Questions of the synthesizer `structure` can be understood without the page, and their answers are whole."""

import re

import pytest

from steep_plugins.synthesizers.structure.synthesizer import Structure


def written(ask, page, rule, *, seeds=4):
    """The (question, answer) pairs that a rule writes from a page."""
    pairs = []
    for seed in range(seeds):
        request = ask(f"{page}\n", seed=seed)
        pairs += [(pair.question, pair.answer) for pair in Structure(rules=(rule,), unanswerable=0).synthesize(request)]
    return pairs


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("The default scheme is FIFO.", "defaults"),
        ("There are two kinds of keys.", "limits"),
        ("If the report is rejected, the crew writes to the sender.", "conditions"),
        ("The keys are kept in the yellow locker.", "places"),
    ],
)
def test_a_question_that_does_not_say_of_what_it_asks_is_given_the_title(ask, sentence, rule):
    questions = [question for question, _ in written(ask, f"# Night cranes\n\n{sentence}", rule)]
    assert questions
    assert all("night cranes" in question.lower() for question in questions)


def test_a_bare_noun_is_given_the_name_that_the_title_has_for_it(ask):
    page = "# Harbor Card\n\nIf the card is lost, call the harbor office at once."
    questions = [question for question, _ in written(ask, page, "conditions")]
    assert questions
    assert all("the harbor card is lost" in question.lower() for question in questions)


def test_a_question_that_no_heading_can_name_is_left_out(ask):
    sentence = "If the report is rejected, the crew writes to the sender."
    assert written(ask, f"# Frequently asked questions\n\n{sentence}", "conditions") == []
    assert written(ask, sentence, "conditions") == []


def test_a_question_that_names_its_thing_is_left_as_it_is(ask):
    page = "# Night cranes\n\nIf QuayLine is down, call the harbor office at once."
    for question, _ in written(ask, page, "conditions"):
        assert "night cranes" not in question.lower()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("If another berth is free, call the harbor office.", "conditions"),
        ("If the alarm rings twice, follow these instructions.", "conditions"),
        ("If the alarm rings twice, close the gate. Then call the pilot.", "conditions"),
        ("To reserve a berth, first fill in the blue form.", "procedures"),
        ("To reserve a berth, fill in the blue form. Then send it to the office.", "procedures"),
        ("Timestamps must be counted in milliseconds since the Unix epoch.", "causes"),
        ("Since the 1.0 edition, the QuayLine service complies with 2 of 3 plans.", "dates:version"),
        ("The QuayLine service returns an error when the berth is taken.", "facts"),
        ("The harbor kit allows quick repairs.", "facts"),
        ("Crew members can obtain a free, read-only license for QuayLine by mail.", "permissions"),
        ("QuayLine is not just for pilots.", "polar"),
        ("You can select what rope to use by setting the ROPE_LIST.", "procedures:to-end"),
        ("You can also obtain a QuayLine code by calling the harbor office.", "procedures:by"),
        ("An example is a slack berth with value 0.2 in the QuayLine log.", "dates:version"),
        ("The crane horn and the QuayLine bell are two such signals.", "quantities"),
        ("Easiest is perhaps to make sure the QuayLine door is shut.", "causes"),
        ("The order ensures that QuayLine can skip a berth if it is taken.", "conditions:when"),
        ("Harbor gates can require a QuayLine badge.", "facts"),
        ("A late ferry in QuayLine is a feature of busy summers, not a bug.", "definitions"),
    ],
)
def test_parts_of_an_answer_and_words_that_point_elsewhere_are_left_out(ask, text, rule):
    assert written(ask, f"# Night cranes\n\n{text}", rule) == []


def test_a_question_of_common_words_alone_is_given_the_title(ask):
    page = "# Night cranes\n\nIf strangers enter at dusk without a lamp, call the harbor office at once."
    questions = [question for question, _ in written(ask, page, "conditions")]
    assert questions
    assert all("night cranes" in question.lower() for question in questions)


def test_a_task_for_a_title_names_no_subject(ask):
    sentence = "If strangers enter at dusk without a lamp, call the harbor office at once."
    assert written(ask, f"# Parse a berth\n\n{sentence}", "conditions") == []


def test_nothing_is_asked_of_an_example(ask):
    sentence = "Invoices of the inner basin are sent on Friday."
    assert written(ask, f"# Invoices\n\n{sentence}", "dates")
    assert written(ask, f"# Invoices\n\n## Example of a year\n\n{sentence}", "dates") == []
    assert written(ask, f"# Invoices\n\nFor example, take a small berth. {sentence}", "dates") == []


def test_a_short_section_answers_its_heading_with_all_of_its_sentences(ask):
    page = "# Cranes\n\n## What does the night crane lift?\n\nThe night crane lifts boats. It also lifts crates."
    assert {said for _, said in written(ask, page, "asked")} == {"The night crane lifts boats. It also lifts crates."}
    longer = f"{page}\n\nHeavy masts come later.\n\nIron comes last."
    assert written(ask, longer, "asked") == []


def test_the_first_sentence_answers_a_heading_that_asks_yes_or_no(ask):
    page = (
        "# Cranes\n\n## Can I book the night crane?\n\nYes, with the blue form.\n\nIt is at the desk.\n\nBring a pen."
    )
    assert {said for _, said in written(ask, page, "asked")} == {"Yes, with the blue form."}


def test_a_table_of_options_asks_which_one_does_what_it_says(ask):
    table = "| Option | Purpose |\n| --- | --- |\n| --halt | stop the crane at once |\n| --slow | keep crates dry |\n"
    asked = {
        question.lower().rstrip("?")
        for question, said in written(ask, f"# Crane\n\n{table}", "tables:row")
        if said == "--halt"
    }
    assert asked == {"which option do i use to stop the crane at once"}


def test_a_setting_is_asked_for_its_default_but_a_measured_value_is_not(ask):
    rows = "| `wait_time` | timeout for a reply |\n| `size_sent` | number of bytes sent |\n| `path_used` | path of a log |\n"
    request = ask(f"# Names\n\n| Name | Meaning |\n| --- | --- |\n{rows}")
    asked = [pair.question for pair in Structure(unanswerable=9).synthesize(request) if "attribute" in pair.rule]
    assert asked
    for question in asked:
        if re.search("default|largest|maximum|Windows", question):
            assert "wait_time" in question


def test_names_in_a_row_are_no_abbreviations_to_ask_for(ask):
    page = "# Users\n\nThe crane is used by ABC, XYZ and QRS.\n\nA quay door may stand open for at most 3 minutes."
    assert not [pair for pair in Structure(unanswerable=9).synthesize(ask(page)) if "abbreviation" in pair.rule]
