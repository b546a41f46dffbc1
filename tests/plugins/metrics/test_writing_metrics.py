"""Metrics for generators that write: what stands in the passages, the form that was asked for, length and speed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import Case
from steep.values import Answer, Citation, Hit, Passage, Question, Timing
from steep_plugins.languages.en.forms import Form, asked_form
from steep_plugins.metrics.effort import AnswerTokens, AnswerWords, TokensPerSecond, WordsPerSecond
from steep_plugins.metrics.faithfulness import Faithfulness, by_words
from steep_plugins.metrics.form import FormKept

SHOWN = ("Hall B costs 12 EUR a day and opens at six.", "The ferry sails at noon.")


def passage(number):
    text = SHOWN[number]
    return Passage(
        document="d",
        version="v",
        path="p.md",
        title="Halls",
        start=100 * number,
        end=100 * number + len(text),
        text=text,
    )


def case(text, *, question="?", cited=(), shown=(0, 1), arm="rag", abstained=False, timings=(), tokens=0):
    citations = tuple(
        Citation(document="d", version="v", path="p.md", start=0, end=4, text="Hall", passage=passage(each).id)
        for each in cited
    )
    hits = tuple(Hit(passage=passage(each), score=1.0, rank=rank) for rank, each in enumerate(shown, start=1))
    answer = Answer(
        question=question,
        text=text,
        citations=citations,
        confidence=None,
        abstained=abstained,
        hits=hits,
        arm=arm,
        timings=timings,
        tokens=tokens,
    )
    return Case(question=Question(id="q", question=question, answers=("x",)), answer=answer)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Hall B costs 12 EUR a day.", 1.0),
        ("Hall B opens at six [1]. The ferry sails at noon [2].", 1.0),
        ("Hall B costs 12 EUR a day. Dogs are forbidden everywhere.", 0.5),
        ("Hall B costs 13 EUR a day.", 0.0),  # one number is another claim
        ("The ferry costs 12 EUR and sails at noon.", 0.0),  # no single passage says so
        ("Yes. Hall B costs 12 EUR a day.", 1.0),  # "Yes." states nothing by itself
    ],
)
def test_a_sentence_is_faithful_when_one_passage_supports_it(text, share):
    assert Faithfulness().score(case(text)).value == share


def test_only_the_cited_passages_count_where_any_is_cited():
    assert Faithfulness().score(case("The ferry sails at noon.", cited=(0,))).value == 0
    assert Faithfulness().score(case("The ferry sails at noon.", cited=(1,))).value == 1


def test_who_judges_better_is_given_instead():
    judged = []

    def judge(sentence, shown):
        judged.append((sentence, shown))
        return 1.0

    assert Faithfulness(judge=judge).score(case("Quite other words.", shown=(0,))).value == 1
    assert judged == [("Quite other words.", f"Halls\n{SHOWN[0]}")]


@pytest.mark.parametrize(
    ("given_case", "reason"),
    [
        (case("", abstained=True), "it abstained"),
        (case("Hall B", arm="base"), "the arm base has no passages to be faithful to"),
        (case("Hall B", shown=()), "no passages were found"),
        (case("Yes."), "the answer states nothing"),
    ],
)
def test_what_cannot_be_judged_says_why(given_case, reason):
    score = Faithfulness().score(given_case)
    assert (score.value, score.reason) == (None, reason)


@given(st.text(max_size=40), st.text(max_size=40))
def test_support_by_words_is_a_share(sentence, shown):
    assert 0 <= by_words(sentence, shown) <= 1


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Which halls are there? Answer as a list.", Form(listed=True)),
        ("Give me a short list of the halls.", Form(listed=True)),
        ("Name the steps as a numbered list", Form(listed=True, numbered=True)),
        ("Summarise the rules in three bullet points.", Form(listed=True, items=3)),
        ("Show the prices as a table.", Form(table=True)),
        ("Write a Markdown table of fees", Form(table=True)),
        ("Return the fees as JSON", Form(json=True)),
        ("Answer with a JSON object", Form(json=True)),
        ("In one sentence, what does hall B cost?", Form(sentences=1)),
        ("Explain it in at most 2 short sentences", Form(sentences=2)),
        ("Describe hall B in no more than 50 words.", Form(words=50)),
        ("Describe hall B in under 50 words.", Form(words=49)),
        ("Say it in a single word", Form(words=1)),
    ],
)
def test_a_form_that_is_asked_for_is_seen(question, form):
    assert asked_form(question) == form


@pytest.mark.parametrize(
    "question",
    [
        "What does hall B cost?",
        "Which two words stand on the sign?",
        "How many points does a goal give?",
        "Who keeps the list of guests?",
        "Is there a table in hall B?",
        "What is written to the JSON log?",
        "How long is a sentence for theft?",
        "Wer führt die Liste?",
    ],
)
def test_a_question_about_things_asks_for_no_form(question):
    assert asked_form(question) == Form()
    assert FormKept().score(case("x", question=question)).reason == "the question asks for no form"


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("Answer as a list.", "- hall A\n- hall B", 1),
        ("Answer as a list.", "hall A and hall B", 0),
        ("As a numbered list, please", "1. hall A\n2. hall B", 1),
        ("As a numbered list, please", "- hall A\n- hall B", 0),
        ("In two bullet points", "* a\n* b", 1),
        ("In two bullet points", "* a\n* b\n* c", 0.5),
        ("Answer as JSON", '{"hall": "B"}', 1),
        ("Answer as JSON", '```json\n["B"]\n```', 1),
        ("Answer as JSON", 'Here you are: {"hall": "B"}', 0),
        ("Answer as JSON", '"B"', 0),
        ("As a table", "| hall | EUR |\n|---|---|\n| B | 12 |", 1),
        ("As a table", "hall | EUR\n--- | :---:\nB | 12", 1),
        ("As a table", "hall B | 12 EUR", 0),
        ("In one sentence", "It costs 12 EUR [1].", 1),
        ("In one sentence", "It costs 12 EUR. It opens at six.", 0),
        ("In at most 3 words", "12 EUR [1]", 1),
        ("In at most 3 words", "It costs 12 EUR", 0),
        ("As a table, in at most 3 words", "It costs 12 EUR", 0),
        ("As JSON, in at most 3 words", '{"EUR": 12}', 1),
    ],
)
def test_the_form_of_an_answer_is_what_was_asked_for(question, text, share):
    assert FormKept().score(case(text, question=question)).value == share


def test_json_nested_beyond_measure_is_no_answer():
    assert FormKept().score(case("[" * 100_000, question="as JSON")).value == 0


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_what_a_json_writer_writes_is_json(value):
    kept = FormKept().score(case(json.dumps(value), question="Answer as JSON")).value
    assert kept == isinstance(value, dict | list)


def test_length_is_counted_and_has_no_better_side():
    assert AnswerWords().score(case("12 EUR a day")).value == 4
    assert AnswerWords().higher_is_better is None
    assert AnswerWords().score(case("", abstained=True)).reason == "it abstained"


def test_speed_is_of_writing_alone_and_not_measured_without_a_time():
    timed = (Timing(stage="retrieve", milliseconds=9000), Timing(stage="generate", milliseconds=500))
    assert WordsPerSecond().score(case("12 EUR a day", timings=timed)).value == 8
    assert WordsPerSecond().score(case("12 EUR")).reason == "the time of writing was not taken"


def test_tokens_count_as_they_were_written_also_for_what_was_withheld():
    timed = (Timing(stage="generate", milliseconds=500), Timing(stage="guards-output", milliseconds=9000))
    assert TokensPerSecond().score(case("12 EUR", timings=timed, tokens=6)).value == 12
    assert TokensPerSecond().score(case("", abstained=True, timings=timed, tokens=6)).value == 12
    assert TokensPerSecond().score(case("12 EUR", timings=timed)).reason == "nothing counted tokens that were written"
    assert TokensPerSecond().score(case("12 EUR", tokens=6)).reason == "the time of writing was not taken"
    assert AnswerTokens().score(case("12 EUR", tokens=6)).value == 6
    assert AnswerTokens().score(case("12 EUR")).reason == "nothing counted tokens that were written"
