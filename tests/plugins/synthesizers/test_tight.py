"""Answers of the synthesizer `structure` end where what was asked for ends, and no half answer is written."""

import pytest

from steep_plugins.languages.en.tight import end_of_statement, start_of_statement, tightened
from steep_plugins.synthesizers.structure.plain import Candidate, plain
from steep_plugins.synthesizers.structure.synthesizer import Structure


def written(ask, text, rule, *, seeds=4):
    pairs = []
    for seed in range(seeds):
        request = ask(f"# Harbor rules\n\n{text}\n", seed=seed)
        pairs += [(pair.question, pair.answer) for pair in Structure(rules=(rule,), unanswerable=0).synthesize(request)]
    return pairs


def said(ask, text, rule):
    return {answer for _, answer in written(ask, text, rule)}


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        (
            "The night ferry does not take camper vans, so drivers book the morning boat.",
            "The night ferry does not take camper vans",
        ),
        (
            "Harbor cranes do not need a second driver: call the workshop for help.",
            "Harbor cranes do not need a second driver",
        ),
        (
            "The quay lift does not carry gas bottles unless the duty manager agrees.",
            None,
        ),
        ("The quay lift does not carry gas bottles.", "The quay lift does not carry gas bottles."),
    ],
)
def test_a_yes_or_no_is_answered_without_the_clause_behind_it(ask, sentence, answer):
    assert said(ask, sentence, "polar") == ({answer} if answer else set())


def test_what_is_not_allowed_is_told_without_the_remark_behind_it_and_with_its_condition(ask):
    text = "Camper vans must not stand on the night ramp, but they can use the outer lot."
    assert said(ask, text, "permissions") == {"Camper vans must not stand on the night ramp"}
    text = "Camper vans may use the night ramp, but only if the harbor master has agreed."
    assert said(ask, text, "permissions") == {
        "Camper vans may use the night ramp, but only if the harbor master has agreed."
    }


def test_half_of_a_permission_that_is_taken_back_is_not_written(ask):
    text = "Crew members may accept the travel costs of a sponsor, but must also take leave to attend."
    assert said(ask, text, "permissions") == set()


def test_a_list_behind_the_comma_is_not_cut(ask):
    assert said(ask, "The quay desk supports payments by card, cash and token.", "polar") == set()
    assert said(ask, "Berth numbers should not be negative, zero.", "permissions") == set()


def test_an_opening_that_says_when_it_is_so_stays():
    often = "Often, pilots cannot use the inner basin because of ice."
    assert start_of_statement(often, "pilots", often.index("use")) == 0
    such = "As such the outer basin is not a berth."
    assert start_of_statement(such, "the outer basin", such.index("not")) == such.index("the outer")
    assert start_of_statement("It is not a berth.", "The outer basin", 6) is None


def test_a_statement_ends_with_its_condition_or_not_at_all():
    text = "Crews may fish from the pier if the tide is out, and the bait shop opens at nine."
    end = text.index(" if the tide")
    assert text[: end_of_statement(text, end)] == "Crews may fish from the pier if the tide is out"
    assert end_of_statement("Crews may fish, but need a permit.", len("Crews may fish")) is None


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("Optional. Width of the berth. Defaults to 4.", "Width of the berth."),
        ("Number of the berth (introduced in 2.4)", "Number of the berth"),
        ("Hour of the tide (range 00 to 23).", "Hour of the tide (range 00 to 23)."),
        ("Berth plan", "Berth plan"),
    ],
)
def test_a_meaning_is_what_a_cell_says_first_of_its_row(cell, answer):
    candidate = Candidate(
        question="What is berth_width?", answer=plain(cell, 0, len(cell)), kind="table", rule="tables:meaning"
    )
    assert tightened(candidate).answer.text == answer


def test_a_reason_or_an_example_behind_an_answer_is_cut():
    text = "the gate closes for the night, because the tide is high"
    candidate = Candidate(
        question="What happens if the alarm rings?",
        answer=plain(text, 0, len(text)),
        kind="condition",
        rule="conditions:happens",
    )
    assert tightened(candidate).answer.text == "the gate closes for the night"


def test_the_first_of_several_steps_is_no_procedure(ask):
    steps = "1. Use the berth desk to reserve a night berth.\n2. Print the slip.\n"
    assert said(ask, steps, "procedures") == set()
    alone = "Use the berth desk to reserve a night berth."
    assert said(ask, alone, "procedures") == {"Use the berth desk"}
    followed = "Use the berth desk to reserve a night berth. Print the slip and show it at the gate."
    assert said(ask, followed, "procedures") == set()
    pointed = "Use the berth desk to reserve a night berth. See the desk's page for its hours."
    assert said(ask, pointed, "procedures") == {"Use the berth desk"}


def test_a_condition_with_a_second_part_is_not_answered_by_that_part(ask):
    text = "If you come to a decision about a berth, before the tide has turned, tell the pilot."
    assert said(ask, text, "conditions") == set()


def test_a_definition_is_whole_or_not_written(ask):
    text = "A slip berth is a variation of the outer berth but is open at both ends."
    assert said(ask, text, "definitions") == set()
    text = "A tide log is the written record for all this."
    assert said(ask, text, "definitions") == set()
    text = "Good seamanship is a critical part of our culture."
    assert said(ask, text, "definitions") == set()
    text = "A tide chart is a picture that shows the water levels of a basin as they change over a day."
    assert said(ask, text, "definitions") == {
        "a picture that shows the water levels of a basin as they change over a day"
    }


def test_one_of_several_things_is_not_what_a_thing_does(ask):
    assert said(ask, "The QuayLine desk also stores the crew lists of all ferries.", "facts") == set()


def test_examples_of_one_noun_are_not_given_for_another(ask):
    assert said(ask, "The log holds readings from night ferries such as speed, depth and fuel.", "instances") == set()


def test_a_question_of_yes_or_no_in_a_heading_is_answered_by_one_sentence(ask):
    text = "## Can I bring a dog on board?\n\nYes, dogs travel on the outer deck. The deck has a water bowl.\n"
    assert said(ask, text, "asked") == {"Yes, dogs travel on the outer deck."}
    text = (
        "## Can I bring a dog on board?\n\nYes, dogs travel on the outer deck. However, the night ferry takes none.\n"
    )
    assert said(ask, text, "asked") == set()


def test_codes_in_a_column_are_not_counted(ask):
    table = "| Work | Crews |\n| --- | --- |\n| Night shift | 1347 |\n| Day shift | 2080 |\n| Dock watch | 1112 |\n"
    assert said(ask, table, "tables") == set()
    table = table.replace("1347", "13").replace("2080", "20").replace("1112", "9")
    assert said(ask, table, "tables") >= {"13", "20", "9"}


def test_an_abbreviation_that_ends_in_another_is_explained_by_it(ask):
    linesman = "A linesman is a person ashore who takes mooring lines."
    plain_text = "Crews must report to the QTS before dawn. The QTS is open at night. Where is the pier?"
    request = ask(f"# Harbor\n\n{plain_text}\n\n{linesman}\n")
    asked = [pair.question for pair in Structure(unanswerable=1.0).synthesize(request) if not pair.answer]
    assert any("QTS" in question for question in asked)
    request = ask(f"# Harbor\n\n{plain_text}\n\n{linesman}\n", "# Desk\n\nThe quick TS is new.\n")
    asked = [pair.question for pair in Structure(unanswerable=1.0).synthesize(request) if not pair.answer]
    assert not any("QTS" in question for question in asked)
