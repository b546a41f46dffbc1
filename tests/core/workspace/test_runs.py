"""The journal: an unfinished run with the same fingerprint goes on, any other is abandoned."""


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
