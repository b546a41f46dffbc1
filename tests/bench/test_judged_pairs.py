"""The judged pairs: every judgement is there, every doubt has its reason, and the page shows the file's figures."""

import importlib.util
import json
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
_SPEC = importlib.util.spec_from_file_location("judged_bench", HERE / "judged.py")
assert _SPEC is not None
assert _SPEC.loader is not None
judged = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(judged)
ROWS = judged.judged(HERE / "judged_pairs.jsonl")
ASKED = judged.judged(HERE / "judged_asked.jsonl")


def test_two_hundred_pairs_of_three_corpora_are_judged():
    assert len(ROWS) == 200
    assert len(Counter(row["corpus"] for row in ROWS)) == 3
    assert any(not row["answer"] for row in ROWS)


def test_every_judgement_is_zero_or_one_and_a_zero_says_why():
    for row in (*ROWS, *ASKED):
        verdicts = [row[each] for each in judged.CRITERIA]
        assert set(verdicts) <= {0, 1}, row
        assert all(verdicts) or row["why"], row


def test_the_page_shows_the_figures_of_the_files():
    page = (HERE / "JUDGED_PAIRS.md").read_text("utf-8")
    for rows in (ROWS, ASKED, [row for row in ASKED if row["kept"]]):
        assert judged.table(rows) in page


@pytest.mark.parametrize("empty", [[], [{"corpus": "a", "answer": "b", "answerable": 1, "correct": 0, "natural": 1}]])
def test_a_group_without_pairs_is_not_measured(empty):
    assert "not measured" in judged.table(empty)


def test_the_table_command_prints_the_figures(tmp_path, capsys):
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    assert judged.main(["table", str(file)]) == 0
    assert capsys.readouterr().out.strip() == judged.table(ROWS)
