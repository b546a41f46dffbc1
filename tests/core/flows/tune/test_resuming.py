"""Whatever a tuning is killed in, the next command goes on and ends as an unbroken one."""

import pytest

from steep.errors import Interrupted
from steep.flows.tune import tune
from steep.testing.trainees import Killed

from .conftest import PHASE, SETTINGS, leftovers, silent, with_dataset


@pytest.mark.parametrize("killed_at", [("rows", 3), ("tune", 1), ("tune", 5), ("tune", 11)])
def test_a_killed_tuning_goes_on_and_ends_as_an_unbroken_one(open_project, killed_at):
    def killing(at):
        if (at.stage, at.done) == killed_at:
            raise Killed

    unbroken, broken = open_project("unbroken"), open_project("broken")
    for project in (unbroken, broken):
        with_dataset(project)
    with pytest.raises(Killed):
        tune(broken, progress=killing)
    assert broken.adapters.versions() == ()
    assert tune(broken, progress=silent).version == tune(unbroken, progress=silent).version
    assert leftovers(broken) == []


def test_a_phase_begins_with_the_adapter_of_the_one_before_and_is_not_repeated(open_project):
    def killing_in_the_second(at):
        if not at.stays:
            seen.append((at.stage, at.done))
        if seen.count(("tune", 3)) == 2:
            raise Killed

    project = open_project(settings=SETTINGS + PHASE)
    with_dataset(project)
    seen = []
    with pytest.raises(Killed):
        tune(project, progress=killing_in_the_second)
    steps = []
    summary = tune(project, progress=lambda at: steps.append(at.done) if at.stage == "tune" else None)
    first, second = summary.phases
    assert second["score_before"] == first["score_after"] <= second["score_after"]
    assert summary.score_before == first["score_before"]
    assert summary.steps == first["steps"] + second["steps"]
    assert len(steps) <= second["steps"] + 1


def test_ctrl_c_says_that_the_next_command_goes_on(open_project):
    def interrupting(at):
        if at.stage == "tune" and at.done == 5:
            raise KeyboardInterrupt

    project = open_project()
    with_dataset(project)
    with pytest.raises(Interrupted, match="goes on from the last checkpoint"):
        tune(project, progress=interrupting)
    assert leftovers(project) != []
    assert tune(project, progress=silent).promoted
