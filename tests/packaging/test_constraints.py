"""constraints.txt can be installed with every Python that steep says it runs on."""

import importlib.metadata
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
PINNED = [Requirement(line) for line in LINES if line and not line.startswith("#")]


@pytest.mark.parametrize("pinned", PINNED, ids=lambda each: each.name)
def test_a_version_is_pinned_only_for_the_pythons_that_can_have_it(pinned):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=") + ".0"
    try:
        found = importlib.metadata.distribution(pinned.name)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{pinned.name} is not installed here")
    if not pinned.specifier.contains(found.version, prereleases=True):
        pytest.skip(f"{pinned.name} is installed here in another version")
    wanted = SpecifierSet(found.metadata.get("Requires-Python") or "")
    here = {"python_full_version": oldest, "python_version": oldest.rpartition(".")[0]}
    assert wanted.contains(oldest) or (pinned.marker is not None and not pinned.marker.evaluate(here))
