"""The reader's benchmark counts as SQuAD does."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from steep.errors import QuestionError


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("reader_bench", Path(__file__).parent / "reader.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["reader_bench"] = module
    spec.loader.exec_module(module)
    return module


def row(bench, *answers, marked=True):
    return bench.Row(question="Who?", context="c", answers=answers, title="t", marked=marked)


def outcome(bench, best, confidence, *, abstained=False):
    return bench.Outcome(best=best, sentence=best, abstained=abstained, confidence=confidence)


def test_abstaining_is_right_where_there_is_no_answer_and_wrong_elsewhere(bench):
    rows = [row(bench, "Anna Lund"), row(bench, "the pier"), row(bench), row(bench)]
    outcomes = [
        outcome(bench, "Anna", 0.9),
        outcome(bench, "pier", 0.2, abstained=True),
        outcome(bench, "x", 0.1, abstained=True),
        outcome(bench, "y", 0.8),
    ]
    result = bench.scores(rows, outcomes, never_abstain=False)
    assert result["f1"] == pytest.approx((2 / 3 + 0 + 1 + 0) / 4, abs=1e-4)
    assert result["exact_match"] == 0.25
    assert result["abstention_f1"] == 0.5
    assert result["f1_never_abstaining"] == pytest.approx((2 / 3 + 1) / 2, abs=1e-4)


def test_easy_and_hard_unanswerable_questions_are_stated_apart(bench):
    made = bench.Row(question="Who?", context="c", answers=(), title="t", marked=True, made=True)
    rows = [row(bench, "Anna Lund"), row(bench), made]
    outcomes = [outcome(bench, "Anna Lund", 0.9), outcome(bench, "x", 0.8), outcome(bench, "y", 0.1, abstained=True)]
    result = bench.apart(rows, outcomes)
    assert (result["easy"]["f1"], result["easy"]["abstention_f1"], result["easy"]["unanswerable"]) == (1.0, 1.0, 1)
    assert (result["hard"]["f1"], result["hard"]["abstention_f1"], result["hard"]["unanswerable"]) == (0.5, 0.0, 1)
    assert bench.apart(rows[:1], outcomes[:1]) == {}


def test_any_generator_can_be_asked(bench, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    path = tmp_path / "rows.jsonl"
    known = {"question": "Who keeps the keys?", "context": "Anna Lund keeps the keys.", "answers": ["Anna Lund"]}
    path.write_text(json.dumps(known) + "\n")
    result = bench.measure(bench._options([str(path), "--generator", "extract", "--json"]))
    assert result["generator"] == "extract"
    assert result["f1"] > 0
    assert "f1_never_abstaining" not in result


def test_a_file_without_unanswerable_questions_is_scored_as_squad_1_1(bench):
    rows = [row(bench, "pier", marked=False)]
    result = bench.scores(rows, [outcome(bench, "the pier", 0.2, abstained=True)], never_abstain=False)
    assert result["f1"] == result["exact_match"] == 1.0
    assert result["f1_abstaining"] == 0.0
    assert result["abstention_f1"] is None
    assert "not measured" in result["abstention_f1_reason"]


@pytest.mark.parametrize(
    "answers", [["a", "b"], {"text": ["a", "b"], "answer_start": [0, 1]}, [{"text": "a"}, {"text": "b"}]]
)
def test_all_forms_of_answers_are_read(bench, tmp_path, answers):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"question": "Who?", "context": "a b", "answers": answers}) + "\n")
    assert bench.read_rows(path)[0].answers == ("a", "b")


def test_a_row_that_cannot_be_used_is_named(bench, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"question": "Who?"}\n')
    with pytest.raises(QuestionError, match=r"rows\.jsonl, line 1: expected an object"):
        bench.read_rows(path)
