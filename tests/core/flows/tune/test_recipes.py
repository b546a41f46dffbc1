"""What a recipe says: its name, its phases, the rows it mixes, and what of that is refused by name."""

import json

import pytest

from steep.errors import ConfigError, DatasetError
from steep.flows.tune import TuneRequest, tune

from .conftest import SETTINGS, silent, with_dataset


def test_each_recipe_has_an_adapter_of_its_name_and_an_unknown_one_suggests_the_nearest(open_project):
    project = open_project(settings=SETTINGS + "[tune.support]\nlearning_rate = 0.05\nbatch = 8\n")
    with_dataset(project)
    first = tune(project, progress=silent)
    second = tune(project, progress=silent, request=TuneRequest(recipe="support"))
    assert (first.name, second.name) == ("harbor", "support")
    assert {"harbor@production", "support@production"} <= set(project.adapters.aliases())
    with pytest.raises(ConfigError, match=r"no recipe \[tune\.suport\]; did you mean `support`"):
        tune(project, progress=silent, request=TuneRequest(recipe="suport"))


def test_what_a_recipe_says_of_a_course_holds_where_its_phase_does_not_say_it(open_project):
    project = open_project(settings=SETTINGS + "[tune.quick]\nlearning_rate = 0.05\nphases = ['instruct']\n")
    with_dataset(project)
    (phase,) = tune(project, progress=silent, request=TuneRequest(recipe="quick")).phases
    assert (phase["course"]["learning_rate"], phase["course"]["batch"]) == (0.05, 16)


REPLAY = """
[[tune.default.phases.mixture]]
use = "replay"
file = "old.jsonl"
share = 0.25
"""


def with_old_rows(project, rows=20):
    lines = [{"question": f"{n}?", "context": f"The mark is {n % 4}.", "answers": [str(n % 4)]} for n in range(rows)]
    (project.folder / "old.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")


def test_rows_of_a_mixture_stand_among_the_others_by_their_share_and_in_the_lineage(open_project):
    project = open_project(settings=SETTINGS + REPLAY)
    with_old_rows(project)
    with_dataset(project)
    summary = tune(project, progress=silent)
    assert (summary.rows, summary.dev_rows) == (24 + 8, 8)
    mixture = project.adapters.resolve("harbor@production").lineage["phases"][0]["mixture"]
    assert [(part["use"], part["share"]) for part in mixture] == [("instruct", 0.75), ("replay", 0.25)]


def test_a_part_of_a_mixture_with_too_few_rows_is_said(open_project):
    project = open_project(settings=SETTINGS + REPLAY)
    with_old_rows(project, rows=3)
    with_dataset(project)
    summary = tune(project, progress=silent)
    assert summary.rows == 24 + 3
    assert any("`replay` has 3 rows of the 8" in warning for warning in summary.warnings)


def test_a_recipe_that_mixes_rows_its_objective_cannot_take_is_refused_with_recipe_and_phase(open_project):
    project = open_project(settings=SETTINGS + REPLAY.replace("replay", "dpo"))
    with_dataset(project)
    with pytest.raises(
        ConfigError, match=r"recipe `default`, phase 1: `instruct` learns by `span`, and `dpo` .* phase of its own"
    ):
        tune(project, progress=silent)


def test_a_phase_whose_objective_the_model_cannot_take_is_refused_with_recipe_and_phase(open_project):
    project = open_project(settings=SETTINGS + '[[tune.default.phases]]\nuse = "pretrain"\n')
    with_dataset(project)
    with pytest.raises(ConfigError, match=r"recipe `default`, phase 2: `pretrain` makes rows for `next-token`.*`span`"):
        tune(project, progress=silent)


def test_a_strategy_that_makes_other_rows_than_it_says_is_refused(open_project):
    project = open_project(settings=SETTINGS.replace('use = "instruct"', 'use = "lying"'))
    with_dataset(project)
    with pytest.raises(DatasetError, match=r"phase 1 \(lying\) learns by `span`, which takes SpanRow, .* TextRow"):
        tune(project, progress=silent)


@pytest.mark.parametrize(("wrong", "meant"), [("epoch", "epochs"), ("mixtur", "mixture")])
def test_a_misspelt_key_of_a_phase_is_named_whoever_it_belongs_to(open_project, wrong, meant):
    with pytest.raises(ConfigError, match=rf"unknown key `{wrong}`; did you mean `{meant}`"):
        open_project(settings=SETTINGS.replace("epochs = 4", f"{wrong} = 2"))
