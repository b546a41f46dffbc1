"""Questions of the synthesizer `structure` are such as a person types who has not seen the page."""

import pytest

from steep_plugins.languages.en.clean import reads_well
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate, plain
from steep_plugins.synthesizers.structure.synthesizer import Structure


def candidate(question, answer="at the harbor office", kind="fact"):
    return Candidate(question=question, answer=plain(answer, 0, len(answer)), kind=kind, rule="facts:use")


def questions(ask, page, rule, *, seeds=4):
    written = []
    for seed in range(seeds):
        request = ask(f"{page}\n", seed=seed)
        written += [pair.question for pair in Structure(rules=(rule,), unanswerable=0).synthesize(request)]
    return written


@pytest.mark.parametrize(
    "question",
    [
        "What should I do if I aren't on board?",
        "How is QuayLine a service that books berths?",
        "How is the fee for a berth calculated as usual?",
        "What do all pilot boats do by default?",
        "What is a layover of two hours?",
        "Who edits the highlighted lines of the berth plan?",
        "How do I reserve one if I want a berth?",
        "Harbor rules: when can I get away with more?",
        "Do you know what a packet is the smallest boat owned by?",
    ],
)
def test_broken_grammar_and_what_nobody_would_ask_do_not_read_well(question):
    assert not reads_well(candidate(question))


@pytest.mark.parametrize(
    "question",
    [
        "Who books berths for the night ferry?",
        "Night cranes: where are the keys kept?",
        "What does the berth plan cost?",
        "how do I get more bait for the ferry",
    ],
)
def test_a_question_with_a_verb_and_a_thing_reads_well(question):
    assert reads_well(candidate(question))


def test_nobody_asks_whether_a_sum_is_the_one_that_he_tells():
    assert not reads_well(candidate("Does QuayLine list about 40 berths?", kind="yes-no"))
    assert reads_well(candidate("Does QuayLine list berths for ferries?", kind="yes-no"))


def test_the_verb_of_an_order_is_no_subject():
    assert not reads_well(candidate("Does deliver and store crates at the quay?", kind="yes-no"))


def test_what_is_so_does_not_happen():
    question = "What happens if the night crane stops?"
    assert not reads_well(candidate(question, "the workshop has a handbook", kind="condition"))
    assert reads_well(candidate(question, "the alarm rings twice", kind="condition"))


def test_a_reason_that_is_denied_answers_no_why(ask):
    page = "# Night cranes\n\nThe night crane must not be stopped merely because the tide is low."
    assert questions(ask, page, "causes") == []


def test_the_title_is_told_where_only_a_heading_explains_the_noun(ask):
    page = "# Ferry Almanac\n\n## Steel locker\n\nThe spare keys are kept in the steel locker of the workshop."
    written = questions(ask, page, "places")
    assert written
    assert all("ferry almanac" in question.lower() for question in written)


def test_a_title_that_the_question_holds_already_is_not_told_twice(ask):
    page = "# Key sheds\n\nThere are four key sheds."
    assert questions(ask, page, "limits") == []


def test_a_title_of_one_general_word_is_not_told(ask):
    page = "# Website\n\nIf the report is rejected, the crew writes to the sender."
    assert questions(ask, page, "conditions") == []


def test_what_a_file_holds_is_asked_by_what_is_in_it(ask):
    lines = "- LOGBOOK: lists all ferries of the winter season\n- TIDES: lists the water levels of the harbor\n"
    more = "- CRANES: describes how the night cranes work\n- BERTHS: describes how the berths are numbered"
    written = questions(ask, f"# Harbor papers\n\n{lines}{more}", "definitions:glossary")
    assert any("what is in logbook" in question.lower() for question in written)
    assert any("what is cranes about" in question.lower() for question in written)
    assert not any(" do" in question for question in written)


def test_the_asker_who_is_not_something_says_so_of_himself():
    assert as_asker("you aren't on board") == "I'm not on board"
    assert as_asker("you weren't told") == "I wasn't told"
