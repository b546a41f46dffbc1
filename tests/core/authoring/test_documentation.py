"""examples/PLUGINS.md: a section a hook with its arguments, and an example that works."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
import typer

from steep.authoring.checks import offer_problems
from steep.hooks import KINDS, Context, Origin, Plugins, Selection
from steep.hooks.discovery import candidates
from steep.hooks.specs import Specs
from steep.testing.library import memory_library
from steep.values import Stage, StageOutcome

TEXT = (Path(__file__).parents[3] / "examples/PLUGINS.md").read_text("utf-8")
HOOKS = [name for name in vars(Specs) if name.startswith("steep_")]
SECTIONS = dict(re.findall(r"^## (\w+)\([^)]*\)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_section_with_its_arguments(hook):
    arguments = [name for name in inspect.signature(vars(Specs)[hook]).parameters if name != "self"]
    assert f"\n## {hook}({', '.join(arguments)})\n" in TEXT


def test_no_section_is_about_a_hook_that_does_not_exist():
    assert set(SECTIONS) == set(HOOKS)


def test_every_hook_has_a_test():
    tests = "".join(file.read_text("utf-8") for file in (Path(__file__).parents[1]).rglob("test_*.py"))
    assert [hook for hook in HOOKS if hook not in tests and hook not in KINDS.values()] == []


@pytest.fixture
def example(request, tmp_path):
    """The module of a section, adopted as a local plugin."""
    (code,) = re.findall(r"```python\n(.*?)```", SECTIONS[request.param], re.DOTALL)
    file = tmp_path / "example.py"
    file.write_text(code, "utf-8")
    plugins = Plugins(selection=Selection(), strict=True)
    for origin, importer in candidates([str(file)]):
        if origin == Origin(plugin="example", distribution=str(file), version="local"):
            plugins.load(importer, origin)
    assert [each.plugin for each in plugins.origins] == ["example"]
    return plugins


@pytest.mark.parametrize(("example", "kind"), [(hook, kind) for kind, hook in KINDS.items()], indirect=["example"])
def test_every_example_offers_a_sound_part_that_can_be_built(example, kind):
    (offered,) = example.offers(kind)
    assert list(offer_problems(kind, offered.offer)) == []
    part = example.build(kind, offered.offer.name, {}, Context(library=memory_library([])), where="here")
    protocol = getattr(__import__("steep.kinds", fromlist=["x"]), kind.capitalize())
    wanted = {name for name, value in vars(protocol).items() if not name.startswith("_")}
    assert {name for name in wanted if not hasattr(part, name)} == set()


@pytest.mark.parametrize("example", ["steep_stage_started", "steep_stage_finished"], indirect=True)
def test_the_observers_observe(example, caplog):
    stage = Stage(flow="index", name="read")
    example.stage_started(stage)
    example.stage_finished(stage, StageOutcome(ok=True, seconds=61))
    assert "failed in" not in caplog.text


@pytest.mark.parametrize("example", ["steep_commands"], indirect=True)
def test_the_command_is_added(example):
    cli = typer.Typer()
    example.commands(cli)
    assert [each.name for each in cli.registered_commands] == ["hello"]
