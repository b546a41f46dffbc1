"""`steep plugins check`: each fault that a plugin can have is found and named."""

from __future__ import annotations

import os
import types
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from steep import NoOptions, Offer, offer
from steep.authoring import lightness
from steep.authoring.checks import check_plugins, offer_problems, required_options
from steep.errors import PluginNotFound
from steep.hooks import Origin, Plugins, Selection


def problems(kind="metric", **changes):
    made = {"kind": kind, "name": "x", "summary": "one", "config": NoOptions, "build": print, **changes}
    return list(offer_problems(Offer(**made)))


class Loose(BaseModel):
    size: int = 1


class Reserved(BaseModel, extra="forbid"):
    use: str = "x"
    on_fail: str = "x"
    pairs: int = 1


class WrongDefault(BaseModel, extra="forbid"):
    share: float = Field(default=7.0, le=1.0)
    name: str = None


class NoSchema(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    thing: types.ModuleType | None = None


class Demanding(BaseModel, extra="forbid"):
    url: str
    key: str = Field(alias="api-key")
    size: int = 1


def test_a_sound_offer_has_no_problems():
    assert problems() == []
    assert problems(config=Demanding) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"summary": "two\nlines"}, "one line"),
        ({"config": Loose}, 'must be declared with extra="forbid"'),
        ({"config": dict}, "must be a pydantic model"),
        ({"config": Reserved}, "the option `use` cannot be given"),
        ({"config": Reserved, "kind": "guardrail"}, "the option `on_fail` cannot be given"),
        ({"config": Reserved, "kind": "synthesizer"}, "the option `pairs` cannot be given"),
        ({"config": WrongDefault}, "the default of `share` is not valid"),
        ({"config": WrongDefault}, "the default of `name` is not valid"),
        ({"config": NoSchema}, "no JSON schema"),
        ({"kind": "reader"}, "must say which suffixes it takes"),
        ({"handles": (".csv",)}, "only readers have `handles`"),
        ({"kind": "reader", "handles": ("csv",)}, "a dot and lower-case letters, not 'csv'"),
        ({"kind": "reader", "handles": (".CSV",)}, "a dot and lower-case letters, not '.CSV'"),
    ],
)
def test_each_fault_of_an_offer_is_named(changes, said):
    assert any(said in problem for problem in problems(**changes)), problems(**changes)


def test_a_metric_may_have_an_option_that_is_reserved_for_guardrails():
    assert not any("on_fail" in each for each in problems(config=Reserved))


def test_required_options_are_named_as_they_are_written():
    assert required_options(offer(kind="metric", name="x", summary="one", config=Demanding, build=print)) == (
        "url",
        "api-key",
    )


LIGHT = """
from steep import hookimpl, offer

@hookimpl
def steep_offers():
    yield offer(kind="metric", name="clarity", summary="how clear", build=lambda options, context: None)
"""


def check(local, source) -> Any:
    plugins, files = local(source)
    (checked,) = check_plugins(plugins, files=files)
    return checked


def said(checked):
    return [each.message for each in checked.problems]


def test_a_light_plugin_passes_and_its_import_is_measured(local):
    checked = check(local, LIGHT)
    assert checked.problems == ()
    assert checked.offers == ("house:clarity",)
    assert checked.milliseconds > 0


def test_a_heavy_import_in_the_plugin_module_is_found(local):
    (message,) = said(check(local, f"import numpy\n{LIGHT}"))
    assert message == "importing it loads numpy; import heavy libraries in the builder instead"


def test_a_heavy_import_in_the_hook_is_found_too(local):
    (message,) = said(check(local, LIGHT.replace("    yield", "    import numpy\n    yield")))
    assert "loads numpy" in message


def test_a_heavy_import_in_the_builder_is_what_builders_are_for(local):
    heavy = LIGHT.replace("lambda options, context: None", "lambda options, context: __import__('numpy')")
    assert said(check(local, heavy)) == []


def test_printing_at_import_is_found(local):
    (message,) = said(check(local, f"print('hello')\n{LIGHT}"))
    assert "it prints when it is imported" in message


def test_an_import_that_takes_long_is_found(local, monkeypatch):
    monkeypatch.setattr(lightness, "SLOW", -1.0)  # here, and so not in the process that measures
    checked = check(local, LIGHT)
    assert said(checked) == []
    (cost,) = (lightness._import(Origin(plugin="x", distribution="x", version="1"), lambda: None),)
    assert "at every command; do the work in the builder" in cost.problems[0]


def test_a_plugin_without_hooks_is_asked_for_its_hookimpl(local):
    (message,) = said(check(local, LIGHT.replace("@hookimpl\n", "")))
    assert "is a `@hookimpl` missing" in message


def test_a_plugin_that_ends_the_interpreter_is_blamed(local):
    source = f"import os\nif os.getpid() != {os.getpid()}: os._exit(4)\n{LIGHT}"
    assert "ended the interpreter with code 4" in said(check(local, source))[0]


def test_a_plugin_that_cannot_be_loaded_is_one_problem_and_the_others_are_checked():
    plugins = Plugins(selection=Selection())
    plugins.load(lambda: 1 / 0, Origin(plugin="bad", distribution="steep-bad", version="3"))
    (checked,) = check_plugins(plugins)
    assert said(checked) == ["cannot be loaded: ZeroDivisionError('division by zero')"]
    assert checked.milliseconds is None


def test_one_heavy_plugin_is_not_blamed_on_the_next(tmp_path):
    files = []
    for name, first in (("aa", "import numpy\n"), ("bb", ""), ("cc", "import numpy\n")):
        file = tmp_path / f"{name}.py"
        file.write_text(first + LIGHT, "utf-8")
        files.append(str(file))
    plugins = Plugins(selection=Selection())
    from steep.hooks.discovery import candidates

    for origin, importer in candidates(files):
        if origin.version == "local":
            plugins.load(importer, origin)
    found = {each.plugin: bool(each.problems) for each in check_plugins(plugins, files=files)}
    assert found == {"aa": True, "bb": False, "cc": True}


def test_an_unknown_plugin_suggests_the_nearest(local):
    plugins, files = local(LIGHT)
    with pytest.raises(PluginNotFound, match="no plugin named 'hause' is installed; did you mean `house`"):
        check_plugins(plugins, "hause", files=files)


def test_a_disabled_plugin_is_said_to_be_disabled():
    plugins = Plugins(selection=Selection(disabled=frozenset({"off"})))
    plugins.load(lambda: pytest.fail("imported"), Origin(plugin="off", distribution="steep-off", version="1"))
    with pytest.raises(PluginNotFound, match="'off' is installed but not admitted"):
        check_plugins(plugins, "off")


def test_every_builtin_passes_its_checks():
    plugins = Plugins.discover(Selection(allow=frozenset()))
    assert {each.plugin: said(each) for each in check_plugins(plugins) if each.problems} == {}
