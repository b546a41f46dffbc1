"""The list of parts as data: every option with its type and default, and what was left out."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from steep import offer
from steep.authoring.listing import listed, options_of, shown
from steep.errors import PluginNotFound
from steep.hooks import Origin, Plugins, Selection
from steep.kinds import KINDS


class Inner(BaseModel, extra="forbid"):
    size: int = 1


class Options(BaseModel, extra="forbid", frozen=True):
    url: str = Field(description="where it is")
    mode: Literal["fast", "exact"] = "fast"
    words: tuple[str, ...] = ("a",)
    limit: float | None = None
    inner: Inner = Inner()
    renamed: int = Field(3, alias="as-written")


def test_every_option_is_described():
    made = offer(kind="metric", name="x", summary="one", config=Options, build=print)
    assert options_of(made) == [
        {"key": "url", "type": "string", "required": True, "description": "where it is"},
        {"key": "mode", "type": "fast | exact", "required": False, "default": "fast", "description": ""},
        {"key": "words", "type": "array of string", "required": False, "default": ["a"], "description": ""},
        {"key": "limit", "type": "number | null", "required": False, "default": None, "description": ""},
        {"key": "inner", "type": "table", "required": False, "default": {"size": 1}, "description": ""},
        {"key": "as-written", "type": "integer", "required": False, "default": 3, "description": ""},
    ]


def test_a_row_says_what_to_write_and_who_provides_it(adopted):
    plugins = adopted(offer(kind="metric", name="clarity", summary="how clear", build=print))
    (row,) = listed(plugins, "metric")["offers"]
    assert row == {
        "kind": "metric",
        "name": "clarity",
        "qualified": "one:clarity",
        "use": "clarity",
        "summary": "how clear",
        "plugin": "one",
        "distribution": "steep-one",
        "version": "1.2",
        "builtin": False,
        "handles": [],
        "table": '[measure]\nmetrics = [{ use = "token-f1" }, { use = "clarity" }]',
        "options": [],
    }


def test_where_the_short_name_means_another_the_qualified_one_is_to_be_written(adopted):
    plugins = adopted(offer(kind="metric", name="clarity", summary="ours", build=print), name="metrics")
    import types

    from steep import hookimpl

    other = types.ModuleType("other")
    other.steep_offers = hookimpl(lambda: [offer(kind="metric", name="clarity", summary="theirs", build=print)])
    plugins.adopt(other, Origin(plugin="other", distribution="steep-other", version="2"))
    assert [row["use"] for row in listed(plugins)["offers"]] == ["metrics:clarity", "other:clarity"]


def test_broken_and_skipped_plugins_are_listed():
    plugins = Plugins(selection=Selection(disabled=frozenset({"off"})))
    plugins.load(lambda: 1 / 0, Origin(plugin="bad", distribution="steep-bad", version="3"))
    plugins.load(lambda: pytest.fail("imported"), Origin(plugin="off", distribution="steep-off", version="1"))
    found = listed(plugins)
    assert found["broken"] == [
        {"plugin": "bad", "distribution": "steep-bad", "version": "3", "builtin": False,
         "error": "ZeroDivisionError('division by zero')"}
    ]  # fmt: skip
    assert [each["plugin"] for each in found["skipped"]] == ["off"]


def test_an_unknown_kind_suggests_the_nearest():
    with pytest.raises(PluginNotFound, match=r"kind of part named 'guardrials'; did you mean `guardrail`"):
        listed(Plugins(selection=Selection()), "guardrials")


def test_the_builtins_are_listed_as_json():
    plugins = Plugins.discover(Selection(allow=frozenset()))
    found = json.loads(json.dumps(listed(plugins)))
    assert {row["kind"] for row in found["offers"]} <= set(KINDS)
    assert {"token-f1", "minilm", "sentences"} <= {row["use"] for row in found["offers"]}


def test_options_that_cannot_be_described_do_not_spoil_the_list(adopted):
    class Odd(BaseModel, extra="forbid", arbitrary_types_allowed=True):
        thing: Plugins | None = None

    plugins = adopted(offer(kind="metric", name="odd", summary="one", config=Odd, build=print))
    (row,) = listed(plugins)["offers"]
    assert "not readable" in row["options"][0]["description"]


def test_a_part_is_shown_by_its_name_its_qualified_name_or_its_plugins(adopted):
    plugins = adopted(offer(kind="metric", name="clarity", summary="how clear", build=print))
    for name in ("clarity", "one:clarity", "one", "steep-one"):
        assert [each["qualified"] for each in shown(plugins, name)] == ["one:clarity"]
    assert shown(plugins, "clarity")[0]["table"] == KINDS["metric"].table.replace("NAME", "clarity")
    with pytest.raises(PluginNotFound, match="is named 'clarty'; did you mean `clarity`"):
        shown(plugins, "clarty")
    with pytest.raises(PluginNotFound, match="is named 'clarity'"):
        shown(plugins, "clarity", "reader")


def test_a_reader_that_needs_its_qualified_name_is_shown_as_a_key_that_toml_takes(adopted):
    import tomllib

    plugins = adopted(offer(kind="reader", name="csv", summary="ours", build=print, handles=(".csv",)), name="readers")
    import types

    from steep import hookimpl

    other = types.ModuleType("other")
    other.steep_offers = hookimpl(
        lambda: [offer(kind="reader", name="csv", summary="theirs", build=print, handles=(".csv",))]
    )
    plugins.adopt(other, Origin(plugin="other", distribution="steep-other", version="2"))
    found = [tomllib.loads(each["table"]) for each in shown(plugins, "csv")]
    assert found == [{"reader": {"other:csv": {}}}, {"reader": {"readers:csv": {}}}]
