"""Kill −9 at any instant loses nothing, and the next run ends where an undisturbed one does.

A few instants of each flow; `STEEP_KILLS=1000 pytest --timeout 0 tests/core/flows/test_kill.py` tries every one.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from steep.flows.index import index
from steep.flows.synthesize import synthesize
from steep.flows.tune import tune

SCRIPT = Path(__file__).parents[2] / "killed.py"
QUICK = """
[[filter]]
use = "duplicates"
[[filter]]
use = "answered-after-all"
[[tune.default.phases]]
use = "instruct"
epochs = 2
batch = 8
evaluations = 1
[measure]
questions = "questions.jsonl"
resamples = 100
arms = ["rag", "both"]
"""
MORE = {
    f"log/day{day}.md": (
        f"# Day {day}\n\nThe boat number {day} carried {day * 7} barrels to pier {day % 5}. "
        f"Its master was captain {name}. The wind came from the {wind} that morning.\n"
    )
    for day, (name, wind) in enumerate(
        [("Ahab", "north"), ("Nemo", "south"), ("Cook", "east"), ("Drake", "west"), ("Hook", "north west")], start=1
    )
}
QUESTIONS = [
    {"question": "What is known about the boat number 2?", "answer": "14 barrels", "document": "log/day2.md"},
    {"question": "Who was the master on day three?", "answer": "captain Cook", "document": "log/day3.md"},
    {"question": "What does a day ticket cost?", "answer": "12 euros", "document": "tickets.md"},
]


def silent(step):
    pass


@pytest.fixture
def template(project_folder, open_project):
    """A project that has an index, and on which the flows before the given one have been run."""

    def make(*flows, change=False):
        folder = project_folder(more=MORE, tables=QUICK, name="template")
        (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS), "utf-8")
        project = open_project(folder, clock=lambda: 1.0)
        for flow in flows:
            flow(project, progress=silent)
        project.close()
        if change:
            (folder / "tickets.md").write_text("# Tickets\n\nA day ticket costs 15 euros now.\n", "utf-8")
            (folder / "winter" / "ice.txt").unlink()
            (folder / "new.md").write_text("The new pier opens in May.\n", "utf-8")
        return folder

    return make


def kill(folder, flow, *, most):
    most = max(most, int(os.environ.get("STEEP_KILLS", "0")))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), flow, str(most)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert outcome["problems"] == []
    assert outcome["kills"] == min(most, outcome["events"])


def test_index_killed_ends_as_if_undisturbed(template):
    kill(template(index, change=True), "index", most=12)


def test_the_first_index_killed_ends_as_if_undisturbed(template):
    kill(template(), "index", most=4)


def test_synthesize_killed_ends_as_if_undisturbed(template):
    kill(template(index), "synthesize", most=6)


def test_tune_killed_ends_with_the_same_adapter(template):
    kill(template(index, synthesize), "tune", most=5)


def test_measure_killed_ends_with_the_same_report(template):
    kill(template(index, synthesize, tune), "measure", most=4)


@pytest.mark.slow
def test_run_killed_ends_with_the_same_report(template):
    kill(template(), "run", most=9)
