"""examples/PLUGINS.md: a section a kind, and an example that works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from steep.authoring.checks import offer_problems
from steep.authoring.guide import guide
from steep.authoring.public import PUBLIC
from steep.errors import PluginNotFound
from steep.hooks import Context, Origin, Plugins, Selection
from steep.hooks.discovery import candidates
from steep.kinds import KINDS
from steep.testing.library import memory_library

TEXT = (Path(__file__).parents[3] / "examples/PLUGINS.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)(?:\([^)]*\))?\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))


def test_the_guide_is_what_the_kinds_say_of_themselves():
    """Where this fails: `steep plugins guide > examples/PLUGINS.md`."""
    assert guide() == TEXT


def test_every_kind_has_a_row_and_a_section_and_says_what_an_author_would_guess():
    for kind, each in KINDS.items():
        assert f"| [{kind}](#{kind}) | {each.summary} |" in TEXT
        assert each.advice
        assert each.advice in SECTIONS[kind]
        assert guide(kind).startswith(f"### {kind}\n")


def test_what_may_be_relied_on_can_be_imported_and_says_what_it_is():
    for name in PUBLIC:
        assert re.search(rf"^  - `{re.escape(name)}`: \S", TEXT, re.MULTILINE), name


def test_the_guide_of_a_kind_that_there_is_not_names_the_nearest():
    with pytest.raises(PluginNotFound, match="did you mean `guardrail`"):
        guide("guardrials")


def test_links_within_the_guide_lead_somewhere():
    headings = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in re.findall(r"^#+ (.+)$", TEXT, re.M)}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings


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


@pytest.mark.parametrize(
    ("example", "kind"), [(kind, kind) for kind in SECTIONS if kind in KINDS], indirect=["example"]
)
def test_every_example_offers_a_sound_part_that_can_be_built(example, kind):
    (offered,) = example.offers(kind)
    assert list(offer_problems(offered.offer)) == []
    part = example.build(kind, offered.offer.name, {}, Context(library=memory_library([])), where="here")
    protocol = getattr(__import__("steep.kinds", fromlist=["x"]), kind.capitalize())
    wanted = {name for name, value in vars(protocol).items() if not name.startswith("_")}
    assert {name for name in wanted if not hasattr(part, name)} == set()


@pytest.mark.parametrize("example", ["steep_commands"], indirect=True)
def test_the_command_is_added(example):
    cli = typer.Typer()
    example.commands(cli)
    assert [each.name for each in cli.registered_commands] == ["hello"]
