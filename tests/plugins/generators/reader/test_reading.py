"""Reading batches windows without waste, and puts quantities of the sort asked for before other spans."""

from dataclasses import replace

import pytest

from steep.language import sentence_around
from steep_plugins.generators.reader.clues import CLUES
from steep_plugins.generators.reader.meaning import SentenceMeaning
from steep_plugins.generators.reader.reading import (
    ASKS,
    NBEST,
    SENTENCES,
    WRONG_SORT,
    SpanReader,
    Task,
    Text,
    answering,
    of_sort,
)
from steep_plugins.generators.reader.windows import Candidate

from .conftest import TEXT


def spans_of(task):
    return [
        Candidate(passage=0, start=start, end=end, margin=1.0, share=-1.0)
        for start, end in (
            (0, 3),
            (TEXT.index("1904"), TEXT.index("1904") + 4),
            (TEXT.index("340"), TEXT.index("340") + 10),
        )
    ]


def test_a_span_without_the_quantity_asked_for_comes_last():
    task = Task(question="How many cranes has it?", texts=(Text(text=TEXT),))
    assert [one.margin for one in of_sort(task, spans_of(task))] == [1.0 - WRONG_SORT, 1.0, 1.0]


def test_the_sort_outweighs_whatever_the_network_thinks_of_a_span():
    task = Task(question="How many cranes has it?", texts=(Text(text=TEXT),))
    likely, *rest = spans_of(task)
    found = of_sort(task, [replace(likely, margin=15.0), *rest])
    assert max(found, key=lambda one: one.margin) == rest[0]


def test_a_question_for_no_quantity_leaves_the_spans_alone():
    task = Task(question="Who built the pier?", texts=(Text(text=TEXT),))
    assert of_sort(task, spans_of(task)) == spans_of(task)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("It hides the progress with `quiet` or --silent, not with a shrug.", ["quiet", "--silent"]),
        ("It hides the progress with a shrug.", ["a shrug", "It"]),
    ],
)
def test_where_a_name_in_code_is_asked_for_and_one_is_there_others_come_last(text, held):
    task = Task(question="Which option hides the progress?", texts=(Text(text=text),))
    found = [
        Candidate(passage=0, start=text.index(part), end=text.index(part) + len(part), margin=1.0, share=-1.0)
        for part in (*held, "progress")
    ]
    fallen = [one.margin for one in of_sort(task, found)]
    assert fallen == ([1.0, 1.0, 1.0 - WRONG_SORT] if "quiet" in text else [1.0, 1.0, 1.0])


def test_reading_together_finds_what_reading_alone_finds(tiny, encoder):
    reader = SpanReader.of(tiny(), encoder, SentenceMeaning(), batch=3)
    tasks = [
        Task(question=question, texts=(Text(text=TEXT), Text(text=TEXT[:60], lead="The pier")))
        for question in ("Who built the north pier?", "How long is it?", "When?")
    ]
    together = reader.choices(tasks)
    alone = [reader.choices([task])[0] for task in tasks]
    for left, right in zip(together, alone, strict=True):
        assert 0 < len(left.spans) <= 2 * NBEST
        assert all(len(row) == len(CLUES) for row in left.clues)
        assert left.spans[0].passage == right.spans[0].passage
        assert abs(left.spans[0].margin - right.spans[0].margin) < 0.1  # batches of other widths round otherwise


def test_the_meaning_of_a_few_sentences_alone_is_looked_at(tiny, encoder):
    text = " ".join(f"The lamp of pier {number} burns oil." for number in range(3 * SENTENCES))
    [choice] = SpanReader.of(tiny(), encoder, SentenceMeaning()).choices(
        [Task(question="What burns the lamp of pier 3?", texts=(Text(text=text[:200]), Text(text=text[200:])))]
    )
    said = {
        (one.passage, sentence_around((text[:200], text[200:])[one.passage], one.start, one.end))
        for one in choice.spans
    }
    assert 1 < len(said) <= SENTENCES


def test_a_sentence_that_means_what_is_asked_is_nearer_than_one_that_does_not():
    asked = "How much time off do new parents get?"
    near, far = SentenceMeaning().nearness(
        [(asked, "Twelve weeks of leave are granted after a birth."), (asked, "The crane stands still in high winds.")]
    )
    assert near > far + 0.2


def test_a_text_that_was_forgotten_gets_the_same_vector_again():
    meaning = SentenceMeaning(cached=2)
    first = meaning.vectors(["one", "two", "three"])
    assert (meaning.vectors(["three", "one"]) == first[[2, 0]]).all()


def test_a_span_that_stands_in_a_question_comes_last():
    text = "**May two open it?**\nNo, one holds it."
    task = Task(question="May two open it?", texts=(Text(text=text),))
    found = [
        Candidate(passage=0, start=start, end=start + len(part), margin=margin, share=0.0)
        for part, margin in (("two open it", 9.0), ("one holds it", -2.0))
        for start in [text.index(part)]
    ]
    assert [one.margin for one in answering(task, found)] == [9.0 - ASKS, -2.0]
