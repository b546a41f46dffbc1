"""The journal: an unfinished run with the same fingerprint goes on, any other is abandoned."""

import os

from steep.flows.run import fingerprint_of


def begin(project, fingerprint, now=1.0):
    return project.runs.begin(fingerprint, details={}, now=now)


def test_an_unfinished_run_goes_on_with_what_it_has_done(project):
    run = begin(project, "f")
    project.runs.finish_step(run.id, "index", result={"documents": 3}, seconds=0.1)
    project.runs.finish_step(run.id, "synthesize", result={"kept": 5}, seconds=0.1)
    again = begin(project, "f", now=2.0)
    assert again.id == run.id
    assert list(again.steps.items()) == [("index", {"documents": 3}), ("synthesize", {"kept": 5})]


def test_a_finished_run_is_not_resumed(project):
    run = begin(project, "f")
    project.runs.finish(run.id)
    assert begin(project, "f", now=2.0).id != run.id
    assert project.runs.load(run.id).state == "done"


def test_a_run_on_something_else_abandons_the_unfinished_one(project):
    run = begin(project, "f")
    other = begin(project, "g", now=2.0)
    assert project.runs.load(run.id).state == "abandoned"
    assert project.runs.latest() == other
    assert begin(project, "f", now=3.0).id != run.id


def test_a_run_depends_on_what_files_hold_and_not_on_when_they_were_written(project):
    page = project.folder / "docs" / "page.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text("# Fees\n\nA berth costs 30 euros.\n", encoding="utf-8")
    status = page.stat()
    before = fingerprint_of(project)
    os.utime(page, ns=(1, 1))
    assert fingerprint_of(project) == before
    page.write_text("# Fees\n\nA berth costs 40 euros.\n", encoding="utf-8")
    os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert fingerprint_of(project) != before
