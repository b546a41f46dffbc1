"""The hand-written questions must stay well formed and true to the documents they were written from."""

import gzip
import json
import os
import re
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))  # the program beside the tests
asked = import_module("faq_questions").asked

QUESTIONS = Path(__file__).parent / "questions"
PREFIXES = {"18f_handbook": "18f", "prometheus": "prom", "everything_curl": "curl"}
KINDS = {"number", "name", "default", "definition", "procedure", "cause", "condition", "list", "other"}
REQUIRED = {"id", "question", "answers", "document", "kind", "split"}
SETS = pytest.mark.parametrize("corpus", PREFIXES)

Question = dict[str, Any]


def load(corpus: str) -> list[Question]:
    lines = (QUESTIONS / f"{corpus}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def spans(corpus: str) -> list[Question]:
    """The answers of the documents' own questions, which are not here themselves."""
    lines = (QUESTIONS / f"{corpus}_faq.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def shared_data() -> Path:
    default = Path(__file__).parents[2].parent / "shared" / "data"
    return Path(os.environ.get("STEEP_SHARED_DATA", default))


def texts(corpus: str) -> dict[str, str]:
    path = shared_data() / "corpora" / corpus / "corpus.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"the documents of {corpus} are not here: {path} (set STEEP_SHARED_DATA to the data folder)")
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        return {row["path"]: row["text"] for row in map(json.loads, lines)}


@pytest.mark.parametrize(
    ("corpus", "written", "unanswerable"),
    [("18f_handbook", 160, 18), ("prometheus", 220, 26), ("everything_curl", 230, 27)],
)
def test_a_set_has_enough_questions_spread_over_documents(corpus: str, written: int, unanswerable: int) -> None:
    questions = load(corpus)
    answerable = [question for question in questions if question["answers"]]
    splits = Counter(question["split"] for question in questions)

    assert len(questions) == written
    assert len(questions) - len(answerable) == unanswerable
    assert set(splits) == {"dev", "test"}
    assert 0.19 * written <= splits["dev"] <= 0.3 * written
    assert len({question["document"] for question in answerable}) >= 35


def test_ids_name_their_set_and_never_repeat() -> None:
    ids = [(corpus, question["id"]) for corpus in PREFIXES for question in load(corpus)]

    assert len({identifier for _, identifier in ids}) == len(ids)
    assert [(c, i) for c, i in ids if not re.fullmatch(rf"{PREFIXES[c]}-\d{{3}}", i)] == []


def test_no_question_is_asked_twice() -> None:
    asked = Counter(question["question"].casefold() for corpus in PREFIXES for question in load(corpus))

    assert [question for question, count in asked.items() if count > 1] == []


@SETS
def test_no_document_lends_questions_to_both_splits(corpus: str) -> None:
    documents = {
        split: {question["document"] for question in load(corpus) + spans(corpus) if question["split"] == split}
        for split in ("dev", "test")
    }

    assert documents["dev"] & documents["test"] == set()


@SETS
def test_only_an_unanswerable_question_goes_without_answer_and_span(corpus: str) -> None:
    for question in load(corpus):
        extra = {"span"} if question["answers"] else {"unanswerable"}
        assert set(question) == REQUIRED | extra, question["id"]
        assert question.get("unanswerable", True) is True, question["id"]
        assert question["kind"] in KINDS, question["id"]
        assert question["question"].strip(), question["id"]


@SETS
def test_answers_are_short_distinct_and_bare_at_their_edges(corpus: str) -> None:
    for question in load(corpus) + spans(corpus):
        answers = question["answers"]
        assert len(set(answers)) == len(answers), question["id"]
        for answer in answers:
            assert 0 < len(answer) <= 280, question["id"]
            assert answer == answer.strip(" \n\t*`|<>"), question["id"]


@SETS
def test_an_answer_broken_over_lines_is_also_given_on_one(corpus: str) -> None:
    for question in load(corpus) + spans(corpus):
        if question["answers"] and "\n" in question["answers"][0]:
            assert " ".join(question["answers"][0].split()) in question["answers"], question["id"]


@SETS
def test_a_span_holds_the_first_answer_in_the_raw_text(corpus: str) -> None:
    documents = texts(corpus)
    for question in load(corpus) + spans(corpus):
        text = documents[question["document"]]
        if question["answers"]:
            start, end = question["span"]
            assert text[start:end] == question["answers"][0], question["id"]


def test_the_readme_counts_what_the_files_hold() -> None:
    readme = (QUESTIONS / "README.md").read_text(encoding="utf-8")
    for corpus in PREFIXES:
        questions = load(corpus)
        splits = Counter(question["split"] for question in questions)
        unanswerable = sum(not question["answers"] for question in questions)
        documents = len({question["document"] for question in questions if question["answers"]})
        counts = (len(questions), splits["dev"], splits["test"], unanswerable, documents)
        assert f"| `{corpus}.jsonl` | " + " | ".join(map(str, counts)) + " |" in readme


@SETS
def test_questions_of_the_documents_own_are_put_beside_their_spans(corpus: str) -> None:
    faq = shared_data() / "corpora" / corpus / "faq.jsonl"
    if not faq.is_file():
        pytest.skip(f"the questions of {corpus} are not here: {faq} (set STEEP_SHARED_DATA to the data folder)")
    rows = list(asked(QUESTIONS / f"{corpus}_faq.jsonl", faq))

    assert [row["id"] for row in rows] == [row["id"] for row in spans(corpus)]
    assert all(set(row) == REQUIRED | {"span"} and row["question"].strip() for row in rows)


def test_a_span_without_its_question_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "faq.jsonl").write_text('{"id": "a#1", "question": "How deep?"}\n', encoding="utf-8")
    (tmp_path / "spans.jsonl").write_text('{"id": "x-faq-001", "faq": "b#2", "answers": ["4 m"]}\n', encoding="utf-8")

    with pytest.raises(KeyError, match="b#2"):
        list(asked(tmp_path / "spans.jsonl", tmp_path / "faq.jsonl"))
