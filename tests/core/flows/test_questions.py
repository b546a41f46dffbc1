import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.errors import QuestionError
from steep.flows.questions import load_questions
from steep.values import Evidence


def written(folder, *rows, prefix=b""):
    file = folder / "questions.jsonl"
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    file.write_bytes(prefix + b"\n".join(lines) + b"\n")
    return file


def only(folder, row):
    (question,) = load_questions(written(folder, row)).questions
    return question


def test_a_row_with_a_span_is_read(tmp_path):
    row = {"id": "p1", "question": "Who?", "answers": ["x", "y"], "document": "a.md", "span": [3, 9], "split": "dev"}
    question = only(tmp_path, {**row, "kind": "name", "notes": ["ignored"]})
    assert (question.id, question.answers, question.split, question.kind) == ("p1", ("x", "y"), "dev", "name")
    assert question.evidence == (Evidence(document="a.md", start=3, end=9),)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"answer": "seven"}, ("seven",)),
        ({"answers": "seven"}, ("seven",)),
        ({"answers": {"text": ["seven", "7"], "answer_start": [4, 9]}}, ("seven", "7")),
        ({"answers": [{"text": "seven", "answer_start": 4}]}, ("seven",)),
        ({"answers": [7, 7]}, ("7",)),
        ({"answers": []}, ()),
        ({"answers": [], "is_impossible": True}, ()),
        ({"unanswerable": True}, ()),
        ({"answers": None, "answer": "seven", "unanswerable": False}, ("seven",)),
    ],
)
def test_answers_are_taken_in_all_usual_shapes(tmp_path, answers, expected):
    assert only(tmp_path, {"question": "How many?", **answers}).answers == expected


def test_evidence_may_be_a_list_of_quotes_and_spans(tmp_path):
    row = {"question": "?", "answer": "x", "document": "home.md"}
    question = only(tmp_path, {**row, "evidence": [{"quote": "so it is"}, {"document": "b.md", "span": [0, 4]}]})
    assert question.evidence == (
        Evidence(document="home.md", quote="so it is"),
        Evidence(document="b.md", start=0, end=4),
    )


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_are_no_harm(tmp_path):
    file = written(tmp_path, b'{"question": "a", "answer": "b"}\r', b"   ", b"", prefix=b"\xef\xbb\xbf")
    assert [question.question for question in load_questions(file).questions] == ["a"]


def test_a_line_separator_inside_a_question_does_not_end_the_line(tmp_path):
    row = json.dumps({"question": "a\u2028b\x85c", "answer": "d"}, ensure_ascii=False).encode()
    assert load_questions(written(tmp_path, row)).questions[0].question == "a\u2028b\x85c"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (b"{broken", "it is not JSON"),
        (b"\xff\xfe{}", "it is not UTF-8 text"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"question": "\\ud83d", "answer": "x"}', "half of a surrogate pair"),
        (b'["a"]', "a question is an object .* not list"),
        ({"answer": "x"}, "`question` is missing or empty"),
        ({"question": 3, "answer": "x"}, "`question` must be text, not 3"),
        ({"question": "a"}, "it has no `answers`; give some, or mark it"),
        ({"question": "a", "answers": [""]}, "an answer must be text, not ''"),
        ({"question": "a", "answers": [None]}, "an answer must be text, not None"),
        ({"question": "a", "answers": True}, "an answer must be text, not True"),
        ({"question": "a", "answer": "x", "unanswerable": True}, "marked unanswerable, and has answers"),
        ({"question": "a", "unanswerable": "yes"}, "`unanswerable` must be true or false, not 'yes'"),
        ({"question": "a", "answer": "x", "document": "d", "span": [4, 4]}, r"`span` must be \[start, end\]"),
        ({"question": "a", "answer": "x", "document": "d", "span": [1.5, 2]}, r"`span` must be"),
        ({"question": "a", "answer": "x", "document": "d", "span": "1-2"}, r"`span` must be"),
        ({"question": "a", "answer": "x", "evidence": [{"quote": "q"}]}, "names no `document`"),
        ({"question": "a", "answer": "x", "evidence": ["q"]}, "`evidence` must be a list of objects"),
        ({"question": "a", "answer": "x", "id": 1.5}, "`id` must be a string or a whole number"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_number_and_the_rest_goes_on(tmp_path, row, complaint):
    good = {"question": "fine", "answer": "yes"}
    loaded = load_questions(written(tmp_path, good, row))
    assert [question.question for question in loaded.questions] == ["fine"]
    (error,) = loaded.errors
    with pytest.raises(QuestionError, match=rf"questions\.jsonl, line 2: .*{complaint}"):
        raise error


def test_a_second_question_with_the_same_id_is_left_out_and_both_lines_are_named(tmp_path):
    rows = [{"id": 7, "question": "a", "answer": "x"}, {"id": "7", "question": "b", "answer": "y"}]
    loaded = load_questions(written(tmp_path, *rows))
    assert [question.question for question in loaded.questions] == ["a"]
    assert "line 2: the id '7' is taken by line 1" in str(loaded.errors[0])


def test_ids_made_of_content_are_stable_and_tell_rows_apart(tmp_path):
    rows = [{"question": "a", "answer": "x", "document": name} for name in ("one.md", "two.md")]
    first, second = load_questions(written(tmp_path, *rows)).questions
    assert first.id != second.id
    assert [each.id for each in load_questions(written(tmp_path, *reversed(rows))).questions] == [second.id, first.id]


def test_a_file_with_nothing_usable_is_an_error(tmp_path):
    with pytest.raises(QuestionError, match="holds no questions"):
        load_questions(written(tmp_path, b""))
    with pytest.raises(QuestionError, match="line 1: it is not JSON"):
        load_questions(written(tmp_path, b"nonsense"))
    with pytest.raises(QuestionError, match=r"absent\.jsonl cannot be read: No such file"):
        load_questions(tmp_path / "absent.jsonl")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(["id", "question", "answers", "answer", "document", "span", "evidence", "unanswerable", "split"])


@given(st.lists(st.dictionaries(keys, json_values), max_size=5))
def test_every_row_becomes_a_question_or_an_error(tmp_path_factory, rows):
    file = written(tmp_path_factory.mktemp("rows"), {"question": "fine", "answer": "yes"}, *rows)
    loaded = load_questions(file)
    assert len(loaded.questions) + len(loaded.errors) == len(rows) + 1
