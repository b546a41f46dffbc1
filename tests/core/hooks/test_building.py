"""Building a part by name: options are checked once, and every failure names the plugin and its version."""

from __future__ import annotations

import types

import pytest
from pydantic import BaseModel, field_validator

from steep import hookimpl, offer
from steep.errors import BadOptions, BrokenPlugin, MissingDependency, ModelError
from steep.hooks import Context

WHERE = "steep.toml, [metric]"


class Options(BaseModel, extra="forbid", frozen=True):
    threshold: float = 0.5
    words: tuple[str, ...] = ()


class Demanding(BaseModel, extra="forbid", frozen=True):
    url: str


class Faulty(BaseModel, extra="forbid", frozen=True):
    size: int = 1

    @field_validator("size", mode="before")
    @classmethod
    def _breaks(cls, value):
        raise TypeError("a fault of the plugin, not of the user")


def adopt(plugins, origin, build, config=Options):
    module = types.ModuleType("one")
    module.steep_offers = hookimpl(
        lambda: [offer(kind="metric", name="clarity", summary="how clear", config=config, build=build)]
    )
    plugins.adopt(module, origin("one"))


def build(plugins, **options):
    return plugins.build("metric", "clarity", options, Context(seed=7), where=WHERE)


def test_the_builder_gets_the_validated_options_and_the_context(plugins, origin):
    adopt(plugins, origin, lambda options, context: (options, context.seed))
    assert build(plugins, threshold="0.75", words=["whilst"]) == (Options(threshold=0.75, words=("whilst",)), 7)


def test_an_unknown_option_names_plugin_version_key_and_nearest_key(plugins, origin):
    adopt(plugins, origin, lambda options, context: None)
    with pytest.raises(BadOptions) as caught:
        build(plugins, treshold=0.3)
    assert str(caught.value) == (
        "steep.toml, [metric] (metric `one:clarity` of `one` (steep-one 1.2)): "
        "unknown key `treshold`; did you mean `threshold`?"
    )


def test_every_wrong_option_is_named_at_once(plugins, origin):
    adopt(plugins, origin, lambda options, context: None)
    with pytest.raises(BadOptions) as caught:
        build(plugins, threshold="high", colour="red")
    said = str(caught.value)
    assert "`threshold` is 'high': input should be a valid number" in said
    assert "unknown key `colour`; known are: `threshold`, `words`" in said


def test_a_missing_option_is_named(plugins, origin):
    adopt(plugins, origin, lambda options, context: None, config=Demanding)
    with pytest.raises(BadOptions, match="the key `url` is missing"):
        build(plugins)


def test_a_very_long_value_is_shown_shortened(plugins, origin):
    adopt(plugins, origin, lambda options, context: None)
    with pytest.raises(BadOptions, match="…") as caught:
        build(plugins, threshold="x" * 5000)
    assert len(str(caught.value)) < 400


def test_a_part_without_options_takes_none(plugins, origin, plugin):
    plugins.adopt(plugin("one", "clarity"), origin("one"))
    with pytest.raises(BadOptions, match="unknown key `depth`; there are none here"):
        plugins.build("metric", "clarity", {"depth": 1}, Context(), where=WHERE)


def test_a_missing_library_says_what_to_install(plugins, origin):
    def builder(options, context):
        import a_library_nobody_has.of_this_name  # noqa: F401

    adopt(plugins, origin, builder)
    with pytest.raises(MissingDependency, match="pip install a_library_nobody_has") as caught:
        build(plugins)
    assert "metric `one:clarity` of `one` (steep-one 1.2) needs the library `a_library_nobody_has`" in str(caught.value)
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


def test_a_missing_module_of_the_plugin_itself_is_no_missing_library(plugins, origin):
    own = __name__.partition(".")[0]

    def builder(options, context):
        raise ModuleNotFoundError(f"No module named '{own}.gone'", name=f"{own}.gone")

    adopt(plugins, origin, builder)
    with pytest.raises(BrokenPlugin, match="could not be built: No module named"):
        build(plugins)


def test_a_builder_that_raises_is_a_broken_plugin_with_its_cause(plugins, origin):
    adopt(plugins, origin, lambda options, context: 1 / 0)
    with pytest.raises(BrokenPlugin, match=r"metric `one:clarity` of `one` \(steep-one 1.2\) could not be") as caught:
        build(plugins)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_config_that_breaks_is_the_plugins_fault(plugins, origin):
    adopt(plugins, origin, lambda options, context: None, config=Faulty)
    with pytest.raises(BrokenPlugin, match="a fault of the plugin"):
        build(plugins, size=3)


def test_an_error_that_the_builder_raises_on_purpose_passes_unchanged(plugins, origin):
    raised = ModelError("the weights are not here; run the download")

    def builder(options, context):
        raise raised

    adopt(plugins, origin, builder)
    with pytest.raises(ModelError, match="the weights are not here") as caught:
        build(plugins)
    assert caught.value is raised
