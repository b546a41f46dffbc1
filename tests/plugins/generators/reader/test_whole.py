"""A span becomes a whole answer, in the passage's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.values import derived_blocks
from steep_plugins.generators.reader.whole import complete, is_question, structural_breaks, unmarked
from steep_plugins.languages.en.questions import explains, states

TABLE = "| Berth | Depth | Power |\n|---|---|---|\n| A4 east | 9 m | 16 A |"


def grown(text, part, **options):
    start = text.index(part)
    return text[slice(*complete(text, (start, start + len(part)), **options))]


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("It is 340 metres long.", "340", "340 metres"),
        ("It cost 5.2 million dollars then.", "5", "5.2 million dollars"),
        ("It rose by 12% in May.", "12", "12%"),
        ("A fee of £450 is due.", "450", "£450"),
        ("A fee of 1,250 EUR is due.", "1,250", "1,250 EUR"),
        ("They scored 308 points.", "308", "308"),
        ("In 1904 men built it.", "1904", "1904"),
        ("The unbelievable pier.", "believ", "unbelievable"),
        ("Use `--tide-check` at night.", "tide", "--tide-check"),
        ("Watch berth_free_total for it.", "free", "berth_free_total"),
        ("A well-known pier.", "known", "known"),
        ("Ask Ann (the warden) first.", "Ann (the warden", "Ann (the warden)"),
        ("Bring:\n- two ropes of 12 m\n- a lamp", "ropes of 12 m", "two ropes of 12 m"),
        ("Bring:\n- a lamp, and oil for it, and a wick", "oil", "oil"),
        ("Mind the [speed](tides.md#speed) of tides.", "the [speed]", "the [speed](tides.md#speed)"),
        ("Mind the [speed of](tides.md) tides.", "speed", "speed"),
        (TABLE, "east", "A4 east"),
        (TABLE, "A4 east | 9", "A4 east | 9 m | 16 A"),
    ],
)
def test_an_answer_is_made_whole(text, part, whole):
    assert grown(text, part) == whole


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("Type:\n```\nmoor --at A4\nlist\n```\nThen wait.", "--at", "moor --at A4"),
        ("(A berth is let by the day. A slip is not.) Ask.", "day", "A berth is let by the day."),
        ("(A berth is let by the day.) Ask.", "day", "(A berth is let by the day.)"),
    ],
)
def test_a_sentence_has_no_marks_without_their_fellows(text, part, whole):
    assert grown(text, part, sentence=True) == whole


@pytest.mark.parametrize("sentence", ["Is it free?", "**Is it free?**", "(Is it free?)", "Is it free?:"])
def test_a_sentence_that_asks_is_known_whatever_stands_behind_its_mark(sentence):
    assert is_question(sentence)
    assert not is_question(sentence.replace("?", "."))


def test_an_explanation_is_the_whole_sentence():
    text = "Cranes stop at 15 m/s. The older one has no brake, so it swings. Nobody minds."
    assert grown(text, "no brake", sentence=True) == "The older one has no brake, so it swings."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Why do the cranes stop?", True),
        ("How is a berth booked?", True),
        ("And how do I pay?", True),
        ("In winter, why does the crane stop?", True),
        ("It blows. How might the crane be stopped?", True),
        ("How many cranes are there?", False),
        ("How long is the pier?", False),
        ("Who knows the way?", False),
        ("What is the HOW programme?", False),
    ],
)
def test_questions_that_ask_for_an_explanation_are_told_apart(question, expected):
    assert explains(question) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Can I moor at night?", True),
        ("And is the slipway free?", True),
        ("I came late and the office is closed. May I moor?", True),
        ("When the bridge is up, do I have to wait?", True),
        ("need to sign in before I moor", True),
        ("My brother wants to use the berth too. Possible?", True),
        ("Is my berth free? Who has it?", False),
        ("What do A, B and C stand for?", True),
        ("What does A4 stand for?", False),
        ("Who, if it rains, is on duty?", False),
        ("What happens if I come late?", True),
        ("What should I do with an old badge?", True),
        ("What if the crane is broken?", True),
        ("What is the difference between a berth and a slip?", True),
        ("Do I moor at the north or the south pier?", False),
        ("How long can I moor?", False),
        ("Who can moor at night?", False),
        ("What does a berth cost?", False),
    ],
)
def test_questions_that_a_statement_answers_are_told_apart(question, expected):
    assert states(question) is expected


texts = st.text(st.sampled_from("ab1. (|\n-5m%$)"), min_size=1, max_size=60)


@given(text=texts, data=st.data(), sentence=st.booleans())
def test_a_whole_answer_holds_its_span_and_touches_nothing_barred(text, data, sentence):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    left = data.draw(st.integers(0, len(text)))
    barred = [
        span
        for span in [(left, data.draw(st.integers(left, len(text))))]
        if span[0] < span[1] and not (span[0] < end and span[1] > start)
    ]
    grown_start, grown_end = complete(text, (start, end), barred=barred, sentence=sentence)
    assert 0 <= grown_start <= grown_end <= len(text)
    assert all(grown_end <= a or grown_start >= b for a, b in barred)


def test_items_rows_and_paragraphs_end_and_wrapped_lines_do_not():
    text = "A line that\nis wrapped.\n\n- one\n- two\n\n| a |\n| b |\nend"
    ends = [text[:at].rstrip("\n").splitlines()[-1] for at in structural_breaks(derived_blocks(text))]
    assert list(dict.fromkeys(ends)) == ["is wrapped.", "- one", "- two", "| a |", "| b |", "end"]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("**Never** answer in *anger*.", "Never answer in anger."),
        (
            "One time.\n**If you are busy, such\nas writing, wait.**",
            "One time. If you are busy, such as writing, wait.",
        ),
        ("See [the rules](../rules.md#top) and\nthe `--all` option.", "See the rules and the `--all` option."),
        ("> Nit: a minor thing.", "Nit: a minor thing."),
        ('<a id="x"></a> The pier, 2 * 3 * 4 metres.', "The pier, 2 * 3 * 4 metres."),
        ("It may be:\n- one\n- two", "It may be:\n- one\n- two"),
        ("snake_case_name and __init__ stay", "snake_case_name and __init__ stay"),
        ("```\n**x**\n```", "```\n**x**\n```"),
    ],
)
def test_an_answer_is_given_without_marks_of_markdown(marked, plain):
    assert unmarked(marked) == plain
