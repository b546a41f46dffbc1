"""A dataset becomes an adapter version with its lineage, and an alias moves only for a gain."""

import json
from pathlib import Path

import pytest

from steep.errors import DatasetError, ModelError
from steep.flows.index import index
from steep.flows.questions import locator_in
from steep.flows.tune import TuneRequest, plan_tuning, tune
from steep.tuning.asked import pairs_asked
from steep.values import Question
from steep.workspace.project import Project

from .conftest import PHASE, SETTINGS, leftovers, silent, with_dataset


def test_a_gain_makes_a_version_with_its_lineage_and_moves_the_alias(open_project):
    project = open_project()
    dataset = with_dataset(project)
    summary = tune(project, progress=silent)
    assert summary.promoted
    assert summary.score_after > summary.score_before
    assert (summary.name, summary.dataset, summary.rows, summary.dev_rows) == ("harbor", dataset.version, 24, 8)
    assert json.loads(json.dumps(summary.phases))[0]["history"]
    version = project.adapters.resolve("harbor@production")
    assert version.version == summary.version
    assert (version.base, version.score) == ("tiny-base", summary.score_after)
    assert (Path(version.folder) / "adapter_model.safetensors").is_file()
    made_from = version.lineage
    assert made_from["dataset"] == dataset.version
    assert made_from["generation"]["fingerprint"] == project.library().generation.fingerprint
    assert made_from["lora"] == {"rank": 4, "alpha": 32, "dropout": 0.05}
    assert made_from["phases"][0]["course"]["learning_rate"] == 0.05
    assert made_from["seed"] == 0
    assert {"python", "torch", "steep"} <= set(made_from["versions"])
    assert (made_from["rows"], made_from["score_before"]) == (24, summary.score_before)
    assert leftovers(project) == []


def test_questions_of_the_split_dev_are_held_out_beside_the_pairs(open_project):
    project = open_project(settings=SETTINGS + '[measure]\nquestions = "questions.jsonl"\nsplit = "test"\n')
    with_dataset(project)
    alone = tune(project, progress=silent).dev_rows
    evidence = [{"document": "note-001.md", "quote": "mark 1"}]
    asked = [
        {"question": "Which mark has berth 001?", "answers": ["1"], "evidence": evidence},
        {"question": "Where is berth 900?", "answers": ["nowhere at all"], "document": "note-002.md"},
    ]
    lines = [
        {**each, "id": f"{split} {n}", "split": split} for n, each in enumerate(asked) for split in ("dev", "test")
    ]
    (project.folder / "questions.jsonl").write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    summary = tune(project, progress=silent)
    assert (alone, summary.dev_rows, summary.rows) == (8, 9, 24)


def test_a_question_without_an_answer_is_held_out_with_the_passages_nearest_to_it(open_project):
    project = open_project()
    library = project.library()
    question = Question(id="q", question="Who owns berth 003?")
    locate = locator_in(project.folder, library).locate
    (pair,) = pairs_asked([question], library, project.retriever(library), locate=locate)
    assert (pair.answerable, pair.answer, pair.synthesizer) == (False, "", "person")
    assert pair.passages
    assert library.passages(pair.passages[:1])[0].path == "note-003.md"


def test_without_a_gain_the_alias_stays_and_the_summary_says_so(open_project):
    project = open_project(generator="helpless")
    with_dataset(project)
    summary = tune(project, progress=silent)
    assert not summary.promoted
    assert summary.decision == "no gain on the held-out rows: -1.0000 before, -1.0000 after"
    assert project.adapters.aliases() == {}
    assert project.adapters.resolve(summary.version).version == summary.version


def test_the_same_project_tunes_to_the_same_version_and_another_seed_to_another(open_project):
    versions = []
    for name, seed in (("one", None), ("two", None), ("three", 5)):
        project = open_project(name)
        with_dataset(project)
        versions.append(tune(project, progress=silent, request=TuneRequest(seed=seed)).version)
    assert versions[0] == versions[1] != versions[2]


def test_production_is_not_taken_from_a_version_that_scored_higher_on_the_same_pairs(open_project):
    project = open_project()
    with_dataset(project)
    best = tune(project, progress=silent)
    weaker = SETTINGS.replace("epochs = 4", "epochs = 1").replace("0.05", "0.001").replace("{generator}", "tiny")
    (project.folder / "steep.toml").write_text(weaker, "utf-8")
    with Project.open(project.folder, plugins=project.plugins, clock=lambda: 2000.0) as again:
        summary = tune(again, progress=silent)
        assert summary.score_before < summary.score_after < best.score_after
        assert not summary.promoted
        assert best.version in summary.decision
        assert again.adapters.resolve("harbor").version == best.version


def test_there_must_be_a_dataset(open_project):
    with pytest.raises(DatasetError, match="run `steep synthesize` first"):
        tune(open_project(), progress=silent)


def test_a_generator_whose_weights_are_elsewhere_cannot_be_tuned(open_project):
    project = open_project(generator="remote")
    with_dataset(project)
    with pytest.raises(ModelError, match=r"`remote`.*cannot be tuned"):
        tune(project, progress=silent)


def test_pairs_of_documents_that_changed_are_left_out_and_said(open_project):
    project = open_project()
    dataset = with_dataset(project)
    for number in (20, 21):
        (project.folder / f"note-{number:03}.md").write_text("# Closed\n\nThis berth is closed.\n", "utf-8")
    index(project, progress=silent)
    summary = tune(project, progress=silent)
    assert summary.dropped == {"no longer in the index": 2}
    assert summary.rows == 22
    assert any(dataset.version in warning and "another generation" in warning for warning in summary.warnings)
    assert any("2 pairs" in warning for warning in summary.warnings)


def test_gains_are_measured_on_the_same_rows_before_the_first_phase_and_after_the_last(open_project):
    project = open_project(settings=SETTINGS + PHASE)
    with_dataset(project)
    summary = tune(project, progress=silent)
    assert summary.score_before == pytest.approx(summary.phases[0]["score_before"])
    assert summary.score_after == summary.phases[1]["score_after"]


def test_a_forced_version_goes_into_production_with_its_reason_in_the_history(open_project):
    project = open_project(generator="helpless")
    with_dataset(project)
    summary = tune(project, progress=silent, request=TuneRequest(force="the demo needs one"))
    assert summary.promoted
    (move,) = project.adapters.history("harbor", "production")
    assert "forced: the demo needs one (against it: no gain on the held-out rows" in move.reason


def test_a_tuning_says_before_its_first_step_and_after_its_third_how_long_it_will_take(open_project):
    project = open_project(settings=SETTINGS + PHASE)
    with_dataset(project)
    seen = []
    summary = tune(project, progress=seen.append)
    ahead, *promises = [at for at in seen if at.stays]
    assert not any(at.done for at in seen[: seen.index(ahead)] if at.stage == "tune")
    assert (ahead.stage, ahead.done) == ("tune", 0)
    assert ahead.note.startswith("about ")
    assert "of training ahead (18 steps, 2 phases)" in ahead.note  # 24 rows, 8 a step: four epochs, and two
    assert [(at.stage, at.done) for at in promises] == [("tune", 3), ("tune", 3)]
    assert all("on this machine" in at.note for at in promises)
    assert summary.forecast_seconds > 0
    assert summary.estimated_seconds == sum(phase["estimated_seconds"] for phase in summary.phases) > 0


def test_a_plan_says_what_a_tuning_would_do_and_leaves_nothing(open_project):
    project = open_project(settings=SETTINGS + PHASE)
    dataset = with_dataset(project)
    plan = plan_tuning(project, progress=silent)
    assert (plan.name, plan.base, plan.dataset) == ("harbor", "tiny-base", dataset.version)
    assert [(phase.use, phase.rows, phase.dev_rows, phase.steps) for phase in plan.phases] == [
        ("instruct", 24, 8, 12),
        ("instruct", 24, 8, 6),
    ]
    assert plan.forecast_seconds == sum(phase.seconds for phase in plan.phases) > 0
    assert leftovers(project) == []
    assert project.adapters.versions() == ()
