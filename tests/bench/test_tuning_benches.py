"""The programs that measure tuning: their settings are steep's own, and their picture shows what they print."""

import sys
import tomllib
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import pytest

from steep.workspace.config import Config

sys.path.append(str(Path(__file__).parent))  # the programs import one another, as they do when they are run
domain, filters, forgetting, curve_picture = map(import_module, ("domain", "filters", "forgetting", "curve_picture"))

CURVE = [
    {"pairs": 0, "gain": 0.0},
    {"pairs": 100, "gain": 2.0, "low": -1.5, "high": 5.5},
    {"pairs": 971, "gain": 6.0, "low": 1.0, "high": 11.0},
]


def read(text):
    return Config.model_validate(tomllib.loads(text))


@pytest.mark.parametrize("name", filters.SETTINGS)
def test_a_filter_that_is_changed_is_a_setting_of_steep(name):
    changed = read(domain.config(500) + filters.tables(name))
    assert changed.synthesizer[0].pairs == 500
    assert (changed.filter == read(domain.config(500)).filter) == (name == "as shipped")


def test_replay_is_a_setting_of_steep():
    (part,) = read(domain.config(500) + forgetting.section("old.jsonl.gz", 0.5)).recipe().phases[0].mixture
    assert (part.use, part.share, part.options) == ("replay", 0.5, {"file": "old.jsonl.gz"})
    assert read(domain.config(500) + forgetting.section("old.jsonl.gz", 0.0)).recipe().phases[0].mixture == []


def test_the_picture_has_a_panel_a_domain_and_a_mark_a_row():
    drawn = ElementTree.fromstring(curve_picture.picture({"harbor": CURVE, "moor & fen": CURVE[:2]}))
    space = "{http://www.w3.org/2000/svg}"
    mark = "fill: #2f6fce"
    marks = [each for each in drawn.iter(f"{space}use") if each.get("style").startswith(mark)]
    assert len(marks) == 5
    (across, down) = ([float(each.get(key)) for each in marks[:3]] for key in "xy")
    assert down == sorted(down, reverse=True)  # higher is better
    assert across == sorted(across)  # more pairs stand further right
    assert 0 <= down[2] < down[0] <= curve_picture.HIGH
    assert {"harbor", "moor & fen"} <= {each.text for each in drawn.iter(f"{space}text")}
