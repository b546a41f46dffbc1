"""The starter that asks is made by a recipe that steep itself runs, and what ships is what the recipe makes."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

from steep.flows.index import index
from steep.flows.tune import TuneRequest, tune
from steep.testing.tiny_models import tiny_model
from steep.workspace.config import Config
from steep.workspace.project import Project
from steep_plugins import intrinsics
from steep_plugins.intrinsics import find

ROOM = Path(intrinsics.__file__).parent
STARTER = Path(__file__).parents[2] / "examples/starters/ask"


def tree(number: int) -> dict[str, object]:
    sentence = f"The pier of Alton is {number} m long."
    branches = [
        {"sentence": sentence, "answer": f"{number} m", "reply": "How long is it?"},
        {"sentence": sentence, "answer": "The pier of Alton", "reply": f"What is {number} m long?"},
    ]
    return {"job": "ask", "passages": [sentence], "branches": branches}


def test_the_recipe_is_run_by_steep_tune_on_what_the_rows_of_the_job_are_written_as(script, tmp_path):
    lines = [line for number in range(12) for line in script("rows.chat").lines(tree(number))]
    project, texts = tmp_path / "ask", [json.dumps(line) for line in lines]
    shutil.copytree(STARTER, project, ignore=shutil.ignore_patterns("*.jsonl", ".steep"))
    (project / "brief.jsonl").write_text("\n".join(texts[:20]), "utf-8")
    (project / "brief-dev.jsonl").write_text("\n".join(texts[20:]), "utf-8")
    tiny_model(tmp_path / "model", [*texts, (STARTER / "README.md").read_text("utf-8")], context=1024)
    settings = (project / "steep.toml").read_text("utf-8")
    tiny = 'use = "transformers"\nmodel = "../model"\ndtype = "float32"'
    lexical = '[index.lexical]\nuse = "bm25"\n\n[retriever]\nuse = "lexical"\n\n[model.smollm2]'
    changed = settings.replace('use = "smollm2"', tiny).replace("[model.smollm2]", lexical)
    (project / "steep.toml").write_text(changed, "utf-8")
    with Project.open(project) as opened:
        index(opened, progress=lambda at: None)
        summary = tune(opened, progress=lambda at: None, request=TuneRequest(recipe="ask"))
        assert (summary.rows, summary.dev_rows, summary.steps) == (20, 4, 3)
        (phase,) = opened.adapters.resolve(summary.version).lineage["phases"]
    assert [file["name"] for file in phase["files"]] == ["brief.jsonl", "brief-dev.jsonl"]


def test_what_ships_has_the_shape_that_the_recipe_gives_it():
    recipe = Config.model_validate(tomllib.loads((STARTER / "steep.toml").read_text("utf-8"))).recipe("ask")
    base = json.loads((ROOM / "answer/adapters/smollm2/base.json").read_text("utf-8"))
    adapter = find("ask").adapter(base["digest"])
    assert adapter is not None
    assert adapter.folder == ROOM / "ask/adapters/smollm2"
    config = json.loads((adapter.folder / "adapter_config.json").read_text("utf-8"))
    assert config["r"] <= recipe.rank  # it was cut to what is nearest
    assert config["lora_alpha"] / config["r"] == recipe.alpha / recipe.rank
    assert (adapter.folder / "README.md").is_file()
