"""Every kind has a kit of laws, and nobody who uses one silently takes a law out of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import steep.testing
from steep.kinds import KINDS

TESTS = Path(__file__).parents[2]
EXAMPLES = Path(__file__).parents[3] / "examples"
OURS = Path(steep.testing.__file__).parents[1] / "authoring/examples"


def laws(kit):
    return {name for name in dir(kit) if name.startswith("test_")}


@pytest.mark.parametrize("name", steep.testing.__all__)
def test_a_kit_states_laws_that_say_what_they_are(name):
    assert len(laws(getattr(steep.testing, name))) >= 3


def test_every_kind_has_its_kit():
    assert {f"{kind.capitalize()}Contract" for kind in KINDS} | {"OfferContract"} == set(steep.testing.__all__)


def test_an_unknown_kit_is_an_attribute_error():
    with pytest.raises(AttributeError, match="NothingContract"):
        _ = steep.testing.NothingContract


def test_nobody_overrides_or_removes_a_law():
    taken = []
    for file in [*TESTS.rglob("test_*.py"), *EXAMPLES.rglob("test_*.py"), *OURS.glob("test_*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            bases = [getattr(base, "id", getattr(base, "attr", "")) for base in getattr(node, "bases", [])]
            for kit in set(bases) & set(steep.testing.__all__):
                own = {each for item in node.body for each in _names(item)}
                taken += [f"{file.name}: {node.name}.{law}" for law in own & laws(getattr(steep.testing, kit))]
    assert taken == []


@pytest.mark.parametrize("kind", KINDS)
def test_parts_of_every_kind_are_run_through_their_kit(kind):
    files = [*TESTS.rglob("test_*.py"), *OURS.glob("test_*.py")]
    used = any(f"({kind.capitalize()}Contract)" in file.read_text("utf-8") for file in files)
    assert used, f"no test subclasses {kind.capitalize()}Contract"


def _names(item):
    if isinstance(item, ast.FunctionDef):
        return [item.name]
    if isinstance(item, ast.Assign):
        return [target.id for target in item.targets if isinstance(target, ast.Name)]
    return []
