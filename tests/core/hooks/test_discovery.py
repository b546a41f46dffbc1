"""Finding plugins: installed entry points and local files, in a fixed order, never importing what is not admitted."""

from __future__ import annotations

import subprocess
import sys

import pytest

from steep.errors import BrokenPlugin, PluginNotFound
from steep.hooks import Context, Plugins, Selection
from steep.hooks.discovery import BUILTINS

CLARITY = """
from steep import hookimpl, offer

@hookimpl
def steep_offers():
    yield offer(kind="metric", name="{name}", summary="how clear", build=lambda options, context: "{name}")
"""


def third_parties(plugins):
    return [each.plugin for each in plugins.origins if not each.builtin]


def test_an_installed_distribution_is_found_by_its_entry_point(install):
    install("steep-clarity", entry_points={"clear": "clear_mod"}, modules={"clear_mod": CLARITY.format(name="clarity")})
    plugins = Plugins.discover()
    found = plugins.find("metric", "clarity")
    assert (found.qualified, str(found.origin)) == ("clear:clarity", "`clear` (steep-clarity 1.2)")
    assert plugins.build("metric", "clarity", {}, Context(), where="here") == "clarity"


def test_plugins_are_in_the_order_of_distribution_and_name(install):
    for name in ("steep-zz", "steep-aa", "steep-mm"):
        module = name.replace("-", "_") + "_mod"
        install(name, entry_points={f"p{name[-1]}": module}, modules={module: CLARITY.format(name=f"of-{name[-2:]}")})
    assert third_parties(Plugins.discover())[-3:] == ["pa", "pm", "pz"]


def test_two_distributions_with_one_entry_point_name_leave_the_second_out(install):
    install("steep-aa", entry_points={"same": "aa_mod"}, modules={"aa_mod": CLARITY.format(name="of-aa")})
    install("steep-bb", entry_points={"same": "bb_mod"}, modules={"bb_mod": CLARITY.format(name="of-bb")})
    plugins = Plugins.discover()
    assert plugins.find("metric", "of-aa").qualified == "same:of-aa"
    said = [str(each.error) for each in plugins.broken if each.origin.distribution == "steep-bb"]
    assert said
    assert "`same` (steep-bb 1.2) is already taken by `same` (steep-aa 1.2)" in said[0]
    with pytest.raises(PluginNotFound, match="of-bb"):
        plugins.find("metric", "of-bb")


def test_a_stranger_cannot_take_the_plugin_name_of_a_builtin(install):
    install("steep-thief", entry_points={"metrics": "thief"}, modules={"thief": CLARITY.format(name="token-f1")})
    plugins = Plugins.discover()
    assert plugins.find("metric", "metrics:token-f1").origin.builtin
    assert [each.origin.distribution for each in plugins.broken if each.origin.plugin == "metrics"] == ["steep-thief"]


def test_installing_a_plugin_never_changes_what_a_name_means(install):
    before = Plugins.discover().find("metric", "token-f1")
    install("aa-copy", entry_points={"aa": "aa_copy"}, modules={"aa_copy": CLARITY.format(name="token-f1")})
    after = Plugins.discover()
    assert after.find("metric", "token-f1").qualified == before.qualified
    assert after.build("metric", "aa:token-f1", {}, Context(), where="here") == "token-f1"


@pytest.mark.parametrize(
    "selection",
    [
        Selection(disabled=frozenset({"ghost"})),
        Selection(allow=frozenset()),
        Selection(allow=frozenset({"other"})),
        Selection(allow=frozenset({"ghost"}), disabled=frozenset({"ghost"})),
    ],
)
def test_a_plugin_that_is_not_admitted_is_never_imported(install, selection):
    install("steep-ghost", entry_points={"ghost": "a_module_that_does_not_exist"}, modules={})
    plugins = Plugins.discover(selection)
    assert [each.plugin for each in plugins.skipped if each.plugin == "ghost"] == ["ghost"]
    assert not [each for each in plugins.broken if each.origin.plugin == "ghost"]


def test_a_plugin_that_cannot_be_imported_is_reported_and_the_rest_goes_on(install):
    install("steep-ghost", entry_points={"ghost": "a_module_that_does_not_exist"}, modules={})
    install("steep-clarity", entry_points={"clear": "clear_mod"}, modules={"clear_mod": CLARITY.format(name="clarity")})
    plugins = Plugins.discover()
    assert plugins.find("metric", "clarity")
    with pytest.raises(BrokenPlugin, match=r"`ghost` \(steep-ghost 1.2\) could not be loaded") as caught:
        plugins.find("metric", "ghost:anything")
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("steep>=0.2,<1", True),
        ("steep>=77", False),
        ("steep<0.1", False),
        ("steep>=77; extra == 'next'", True),
        ("steep>=77; python_version < '3'", True),
        ("pydantic>=77", True),
        ("no requirement at all", True),
    ],
)
def test_a_plugin_that_was_made_for_another_steep_is_left_out_and_says_for_which(install, wanted, fits):
    site = install("steep-late", entry_points={"late": "late_plugin"}, modules={"late_plugin": CLARITY})
    (metadata,) = site.glob("steep_late-*/METADATA")
    metadata.write_text(f"{metadata.read_text('utf-8')}Requires-Dist: {wanted}\n", "utf-8")
    plugins = Plugins.discover()
    assert ("late" in third_parties(plugins)) is fits
    if not fits:
        assert [each.said.partition(", and")[0] for each in plugins.broken] == [f"it was made for steep {wanted[5:]}"]


def test_strict_discovery_raises(install):
    install("aa-ghost", entry_points={"ghost": "a_module_that_does_not_exist"}, modules={})
    with pytest.raises(BrokenPlugin, match=r"`ghost` \(aa-ghost 1.2\)"):
        Plugins.discover(strict=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("none", []),
        ("", []),
        ("one", ["one"]),
        ("two, one", ["one", "two"]),
        (" two ,, ", ["two"]),
        ("none,one", ["one"]),
        ("three", []),
        (None, ["one", "two"]),
    ],
)
def test_the_environment_narrows_which_plugins_load(install, monkeypatch, value, expected):
    for name in ("one", "two"):
        install(f"steep-{name}", entry_points={name: f"{name}_mod"}, modules={f"{name}_mod": CLARITY.format(name=name)})
    if value is not None:
        monkeypatch.setenv("STEEP_PLUGINS", value)
    plugins = Plugins.discover()
    assert [each for each in third_parties(plugins) if each in ("one", "two")] == expected
    assert plugins.find("metric", "token-f1").origin.builtin


def test_the_environment_never_widens_what_steep_toml_allows(monkeypatch):
    monkeypatch.setenv("STEEP_PLUGINS", "one,two")
    assert Selection.from_environment(allow=["two", "three"]).allow == frozenset({"two"})


def test_a_builtin_can_be_disabled_and_nothing_else_loads_without_being_allowed(install):
    plugins = Plugins.discover(Selection(allow=frozenset(), disabled=frozenset({"metrics"})))
    assert plugins.offers("metric") == ()
    assert [each.plugin for each in plugins.skipped if each.builtin] == ["metrics"]


def test_a_local_file_is_a_plugin(tmp_path):
    file = tmp_path / "house_rules.py"
    file.write_text(CLARITY.format(name="house-style"), "utf-8")
    plugins = Plugins.discover(Selection(allow=frozenset({"house-rules"})), files=[str(file)])
    found = plugins.find("metric", "house-style")
    assert found.qualified == "house-rules:house-style"
    assert str(found.origin) == f"`house-rules` ({file} local)"


def test_a_local_file_may_use_dataclasses_and_pydantic_with_postponed_annotations(tmp_path):
    file = tmp_path / "house_rules.py"
    file.write_text(
        "from __future__ import annotations\n"
        "from dataclasses import dataclass\n"
        "from typing import ClassVar\n"
        "from pydantic import BaseModel\n"
        "from steep import hookimpl, offer\n\n"
        "class Rule(BaseModel):\n    word: str = 'whilst'\n\n"
        "class Options(BaseModel, extra='forbid'):\n    rule: Rule = Rule()\n\n"
        "@dataclass(frozen=True)\nclass Part:\n    options: Options\n    made: ClassVar[int] = 1\n\n"
        "@hookimpl\ndef steep_offers():\n"
        "    yield offer(kind='metric', name='house', summary='one', config=Options, "
        "build=lambda options, context: Part(options))\n",
        "utf-8",
    )
    plugins = Plugins.discover(Selection(allow=frozenset({"house-rules"})), files=[str(file)])
    built = plugins.build("metric", "house", {"rule": {"word": "amid"}}, Context(), where="here")
    assert built.options.rule.word == "amid"


def test_a_local_file_that_is_missing_is_reported_with_its_path(tmp_path):
    file = str(tmp_path / "gone.py")
    plugins = Plugins.discover(Selection(allow=frozenset({"gone"})), files=[file])
    assert [each.origin.distribution for each in plugins.broken if each.origin.plugin == "gone"] == [file]


def test_a_local_file_that_raises_leaves_no_half_module_behind(tmp_path):
    file = tmp_path / "half.py"
    file.write_text("x = 1\nraise RuntimeError('halfway')\n", "utf-8")
    plugins = Plugins.discover(Selection(allow=frozenset({"half"})), files=[str(file)])
    assert any("halfway" in repr(each.error) for each in plugins.broken)
    assert not [name for name in sys.modules if name.startswith("steep_local_half")]


def test_a_project_finds_the_plugins_that_its_steep_toml_names(tmp_path):
    from steep.workspace.config import load_config
    from steep.workspace.project import discover

    (tmp_path / "house_rules.py").write_text(CLARITY.format(name="house-style"), "utf-8")
    (tmp_path / "steep.toml").write_text(
        '[plugins]\nfiles = ["./house_rules.py"]\nallow = ["house-rules"]\ndisabled = ["readers"]\n', "utf-8"
    )
    plugins = discover(tmp_path, load_config(tmp_path / "steep.toml"))
    assert plugins.find("metric", "house-style").qualified == "house-rules:house-style"
    assert [each.plugin for each in plugins.skipped if each.builtin] == ["readers"]


def test_every_builtin_loads_and_offers_something():
    plugins = Plugins.discover(Selection(allow=frozenset()), strict=True)
    assert [each.plugin for each in plugins.origins] == [name for name, _ in BUILTINS]
    assert plugins.offers("metric")


def test_importing_steep_looks_for_no_plugins():
    code = (
        "import importlib.metadata as m, sys\n"
        "ask = m.entry_points\n"
        "def watched(**k):\n"
        "    assert k.get('group') != 'steep', 'looked for plugins at import'\n"
        "    return ask(**k)\n"
        "m.entry_points = watched\n"
        "import steep, steep.hooks\n"
        "assert not [n for n in sys.modules if n.startswith(('steep_plugins', 'steep_indexes'))]\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
