"""What .steep takes, and pruning: what served earlier generations goes, and nothing else."""

import json

import pytest

from steep.diagnosis import diagnose
from steep.errors import NotIndexed
from steep.flows.index import index
from steep.workspace.storage import prune, sizes, spare


def indexed(project):
    index(project, progress=lambda step: None)
    return project


def changed(project):
    """A second generation, of other words."""
    (project.folder / "tickets.md").write_text("# Tickets\n\nA week ticket costs 55 euros.\n", "utf-8")
    return indexed(project)


def journal(project, name, generation):
    folder = project.state / "reports" / "answers"
    folder.mkdir(parents=True, exist_ok=True)
    row = {"key": "k", "answer": {"generation": generation}}
    (folder / name).write_text(json.dumps(row) + "\n", "utf-8")
    return folder / name


def test_nothing_is_spare_after_the_first_index(project):
    found = spare(indexed(project))
    assert (found.vectors, found.journals) == (0, 0)
    dropped = prune(project)
    assert (dropped.vectors, dropped.journals) == (0, 0)


def test_vectors_of_texts_that_are_gone_are_dropped_and_the_others_still_cost_nothing(project):
    indexed(project)
    changed(project)
    wanted = spare(project).vectors
    assert wanted > 0
    assert prune(project).vectors == wanted
    assert spare(project).vectors == 0
    assert index(project, progress=lambda step: None, rebuild=True).embedded == 0


def test_answers_of_an_earlier_generation_are_dropped_and_those_of_none_or_this_one_kept(project):
    indexed(project)
    changed(project)
    old, new = journal(project, "rag.jsonl", 1), journal(project, "both.jsonl", 2)
    closed, torn = journal(project, "base.jsonl", None), journal(project, "torn.jsonl", 1)
    torn.write_text('{"key": "k", "ans', "utf-8")
    assert prune(project).journals == 1
    assert [file.exists() for file in (old, new, closed, torn)] == [False, True, True, True]


def test_pruning_before_anything_is_indexed_says_so(project):
    with pytest.raises(NotIndexed, match="steep index"):
        prune(project)


def test_a_damaged_cache_is_no_harm_to_the_doctor_and_goes_when_it_is_pruned(project):
    indexed(project)
    for file in (project.state / "embeddings").iterdir():
        file.write_bytes(file.read_bytes()[:-1])
    assert spare(project).vectors == 0
    assert {check.name: check.state for check in diagnose(project.folder)}["storage"] == "ok"
    prune(project)
    assert list((project.state / "embeddings").iterdir()) == []
    assert index(project, progress=lambda step: None, rebuild=True).embedded == 3


def test_sizes_count_every_file_once_and_a_database_with_its_log(project):
    found = sizes(indexed(project).state)
    assert sum(found.values()) == sum(file.stat().st_size for file in project.state.rglob("*") if file.is_file())
    assert "records.sqlite-wal" not in found
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_the_doctor_offers_to_prune_where_something_is_spare(project):
    indexed(project)
    state, advice = {check.name: (check.state, check.advice) for check in diagnose(project.folder)}["storage"]
    assert (state, advice) == ("ok", "")
    changed(project)
    found = {check.name: check for check in diagnose(project.folder)}["storage"]
    assert found.state == "note"
    assert "steep doctor --prune" in found.advice
