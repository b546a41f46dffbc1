"""Replay: rows of a reading file become examples, as many as asked for, and a bad file is one clear error."""

import gzip
import json

import pytest

from steep.errors import DatasetError
from steep.hooks import Context, Plugins
from steep.tuning.replay import replayed

PORTS = [
    ("Which quay is the longest?", "The north quay is 410 metres long, the longest of all.", "The north quay", "Quays"),
    ("How deep is the basin?", "The basin was dredged to 14 metres.", "14 metres", "Quays"),
    ("Who rings the bell?", "The night watch rings the bell at fog.", "The night watch", "Quays"),
    ("Where is tar kept?", "Tar is kept in the stone shed.", "in the stone shed", "Stores"),
]


@pytest.fixture
def formatter():
    return Plugins.discover().build("formatter", "grounded", {}, Context(), where="test")


def rows():
    return [
        {"question": question, "context": context, "answers": [answer], "title": title, "id": "unknown column"}
        for question, context, answer, title in PORTS
    ]


def written(path, lines):
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def examples(file, formatter, *, count=4, distractors=2, seed=0):
    return replayed(file, count=count, formatter=formatter, distractors=distractors, seed=seed)


def test_a_row_becomes_an_example_whose_span_is_its_answer(tmp_path, formatter):
    made = examples(written(tmp_path / "rows.jsonl", rows()), formatter)
    assert {each.pair.question for each in made} == {question for question, *_ in PORTS}
    for each in made:
        span = each.pair.spans[0]
        assert each.passages[0].text[span.start : span.end] == each.pair.answer
        assert each.conversation.messages[-1].content


def test_other_contexts_stand_beside_it_that_lack_the_answer(tmp_path, formatter):
    for each in examples(written(tmp_path / "rows.jsonl", rows()), formatter):
        assert len(each.passages) == 3
        assert all(each.pair.answer.lower() not in other.text.lower() for other in each.passages[1:])
        if each.pair.question == PORTS[0][0]:
            assert {other.title for other in each.passages[1:]} == {"Quays"}


def test_the_same_seed_draws_the_same_rows_and_another_seed_others(tmp_path, formatter):
    file = written(
        tmp_path / "rows.jsonl", [{**row, "question": f"{n} {row['question']}"} for row in rows() for n in range(9)]
    )
    assert examples(file, formatter, count=5) == examples(file, formatter, count=5)
    assert len(examples(file, formatter, count=5)) == 5
    assert examples(file, formatter, count=5) != examples(file, formatter, count=5, seed=1)


def test_where_the_answer_begins_is_taken_from_the_row(tmp_path, formatter):
    row = {"question": "When?", "context": "At two, and again at two.", "answers": ["two"], "answer_starts": [21]}
    assert examples(written(tmp_path / "rows.jsonl", [row]), formatter)[0].pair.spans[0].start == 21


def test_a_row_without_an_answer_says_so_and_has_no_other_contexts(tmp_path, formatter):
    file = written(tmp_path / "rows.jsonl", [*rows(), {"question": "Why?", "context": "It is.", "is_impossible": True}])
    made = next(each for each in examples(file, formatter, count=5) if each.pair.question == "Why?")
    assert not made.pair.answerable
    assert len(made.passages) == 1


def test_a_gzipped_file_is_read_as_well(tmp_path, formatter):
    file = tmp_path / "rows.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows())).encode()))
    assert len(examples(file, formatter)) == 4


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "holds no rows"),
        (["{"], "line 1"),
        ([{"context": "x", "answers": ["x"]}], "question"),
        ([{"question": "q", "context": "x"}], "no `answers`"),
        ([{"question": "q", "context": "x", "answers": ["y"]}], "does not stand in its context"),
        ([{"question": "q", "context": "xy", "answers": ["y"], "answer_starts": [0]}], "does not stand"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path, formatter, lines, said):
    file = written(tmp_path / "rows.jsonl", lines)
    with pytest.raises(DatasetError, match=said) as raised:
        examples(file, formatter)
    assert str(file) in str(raised.value)


def test_a_missing_file_is_named_with_the_setting(tmp_path, formatter):
    with pytest.raises(DatasetError, match="`replay` in \\[tune\\]"):
        examples(tmp_path / "none.jsonl", formatter)
