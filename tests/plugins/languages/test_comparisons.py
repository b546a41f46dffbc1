import pytest

from steep_plugins.languages.en.comparisons import compared, contrasts


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What is the difference between a berth and a mooring?", ("What is a berth?", "What is a mooring?")),
        ("Compare session files with project files.", ("What are session files?", "What are project files?")),
        ("How does a pilot differ from a mate?", ("What is a pilot?", "What is a mate?")),
        ("Line breaking versus line wrapping", ("What is Line breaking?", "What is line wrapping?")),
        ("the build and the make command: compare them", None),
        (
            "What's the difference between the build and the make command?",
            ("What is the build command?", "What is the make command?"),
        ),
        (
            "What is the difference in price between a berth and a mooring?",
            ("What is the price of a berth?", "What is the price of a mooring?"),
        ),
        (
            "Please compare the price of a berth and a mooring",
            ("What is the price of a berth?", "What is the price of a mooring?"),
        ),
        ("How do I compare two files?", None),
        ("Who won England vs Scotland?", None),
        ("What is the time between two ferries?", None),
    ],
)
def test_a_comparison_comes_down_to_a_question_about_each(question, asked):
    found = compared(question)
    assert (found and tuple(side.questions[0] for side in found)) == asked


@pytest.mark.parametrize(
    ("sentence", "does"),
    [
        ("Unlike a berth, a mooring has no power.", True),
        ("A berth is dearer than a mooring.", False),
        ("Berths and moorings have different numbers.", False),
    ],
)
def test_a_sentence_that_sets_two_things_against_each_other_is_known(sentence, does):
    assert contrasts(sentence) == does


def test_what_a_thing_does_is_asked_where_what_it_is_was_asked_in_vain():
    pager, keys = compared("Compare the pager and the keys")
    assert pager.questions == ("What is the pager?", "What does the pager do?")
    assert keys.questions == ("What are the keys?", "What do the keys do?")
    assert [len(side.questions) for side in compared("Compare the price of a berth and a mooring")] == [1, 1]
