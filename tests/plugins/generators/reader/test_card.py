"""The figures that `steep doctor` states are those of the model card, and of the files."""

import json
import re

import pytest

from steep.diagnosis import diagnose
from steep.errors import AdapterError
from steep_plugins.generators.reader.card import FILE, SETTINGS, card
from steep_plugins.generators.reader.starter import STARTERS

STARTER = STARTERS["minilm"].folder
COLUMNS = ("questions", "f1", "exact_match", "abstention_f1", "calibration_error")
FIGURES = json.loads((STARTER / FILE).read_text(encoding="utf-8"))


def rows_of_the_model_card():
    text = (STARTER / "README.md").read_text(encoding="utf-8")
    head = "| | questions | F1 | exact match | abstention F1 | calibration error |"
    table = text[text.index(head) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in table]


def test_the_model_card_and_the_figures_agree():
    rows = rows_of_the_model_card()
    assert len(rows) == len(SETTINGS)
    for name, (what, *cells) in zip(SETTINGS, rows, strict=True):
        assert ("unanswerable" in what) == ("unanswerable" in name)
        for column, cell in zip(COLUMNS, cells, strict=True):
            value = FIGURES[name][column]
            if value is None:
                assert cell.startswith("not measured")
            else:
                assert float(re.sub(r"[,\s]", "", cell)) == value, (name, column)


def test_the_adapter_is_as_large_as_it_is_said_to_be():
    size = (STARTER / "adapter_model.safetensors").stat().st_size
    assert FIGURES["adapter_mb"] == round(size / 1e6, 1)


def test_the_doctor_states_the_figures_of_the_default_generator(tmp_path):
    (tmp_path / "steep.toml").write_text('[project]\nname = "pier"\n', encoding="utf-8")
    found = {check.name: check for check in diagnose(tmp_path)}
    assert found["generator"].state == "ok"
    said = found["generator"].found
    assert said.startswith("`extract` answers the questions (version of its weights: ")
    for name in SETTINGS:
        row = FIGURES[name]
        assert f"of {row['questions']:,}" in said
        assert f"{row['exact_match']:.1%} came out word for word" in said
        assert f"{100 * row['calibration_error']:.1f} points off" in said
    assert not re.search(r"F1|digest|calibration", said), "words for who made it"


def test_a_starter_that_was_measured_in_one_setting_says_that_one(tmp_path):
    said = card(STARTERS["mpnet"].folder)
    assert said == (
        "measured on questions with known answers (SQuAD): of 838 that a text answers, 61.5% came out word for word "
        "(confidence 6.4 points off on average)"
    )


def test_a_starter_without_figures_says_so(tmp_path):
    assert "not measured" in card(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"dev part": {"f1": 1}}'])
def test_figures_that_cannot_be_read_are_named(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(AdapterError, match=r"figures\.json does not hold the starter's figures"):
        card(tmp_path)
