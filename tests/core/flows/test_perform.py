"""What a job writes down of its steps: no more than can be watched, and all that is to stay."""

import json

from steep.flows.perform import Journal
from steep.kinds import Progress
from steep.workspace.jobs import EVENTS


def test_steps_between_are_left_out_and_what_is_to_stay_is_not(tmp_path):
    journal = Journal(tmp_path, clock=lambda: 1.0, ticks=lambda: 0.0)
    for done in range(4):
        journal.step(Progress(stage="tune", done=done, total=9, note="a step"))
    journal.step(Progress(stage="tune", done=4, total=9, note="about 5 min", stays=True))
    journal.step(Progress(stage="tune", done=9, total=9, note="a step"))
    lines = [json.loads(line)["data"] for line in (tmp_path / EVENTS).read_text("utf-8").splitlines()]
    assert [(line["done"], line["note"]) for line in lines] == [(0, "a step"), (4, "about 5 min"), (9, "a step")]
