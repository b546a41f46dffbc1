"""Observers see the stages of flows and never stop them; plugins may add commands."""

from __future__ import annotations

import logging
import types

import typer
from typer.testing import CliRunner

from steep import hookimpl
from steep.values import Stage, StageOutcome

STAGE = Stage(flow="index", name="read", details={"files": 3})
OUTCOME = StageOutcome(ok=True, seconds=0.5)


def module(**hooks):
    made = types.ModuleType("observer")
    for name, function in hooks.items():
        setattr(made, name, hookimpl(function))
    return made


def test_observers_see_stages_in_the_order_in_which_they_were_adopted(plugins, origin):
    seen = []
    for name in ("one", "two"):
        plugins.adopt(
            module(
                steep_stage_started=lambda stage, name=name: seen.append((name, "started", stage)),
                steep_stage_finished=lambda stage, outcome, name=name: seen.append((name, outcome.ok, stage)),
            ),
            origin(name),
        )
    plugins.stage_started(STAGE)
    plugins.stage_finished(STAGE, OUTCOME)
    assert seen == [
        ("one", "started", STAGE),
        ("two", "started", STAGE),
        ("one", True, STAGE),
        ("two", True, STAGE),
    ]


def test_an_observer_may_take_fewer_arguments_than_the_hook_has(plugins, origin):
    seen = []
    plugins.adopt(module(steep_stage_finished=lambda outcome: seen.append(outcome)), origin("one"))
    plugins.stage_finished(STAGE, OUTCOME)
    assert seen == [OUTCOME]


def test_an_observer_that_raises_never_stops_a_flow(plugins, origin, caplog):
    seen = []
    plugins.adopt(module(steep_stage_started=lambda stage: 1 / 0), origin("bad"))
    plugins.adopt(module(steep_stage_started=lambda stage: seen.append(stage.name)), origin("good"))
    with caplog.at_level(logging.WARNING, logger="steep"):
        plugins.stage_started(STAGE)
    assert seen == ["read"]
    assert "`bad` (steep-bad 1.2) failed in steep_stage_started: ZeroDivisionError" in caplog.text


def test_a_plugin_adds_a_command(plugins, origin):
    plugins.adopt(
        module(steep_commands=lambda cli: cli.command(name="greet")(lambda: typer.echo("hello"))), origin("greeter")
    )
    app = typer.Typer()
    app.command(name="other")(lambda: None)
    plugins.commands(app)
    assert CliRunner().invoke(app, ["greet"]).output == "hello\n"


def test_a_plugin_whose_commands_break_is_reported_and_the_others_are_added(plugins, origin):
    plugins.adopt(module(steep_commands=lambda cli: 1 / 0), origin("bad"))
    plugins.adopt(module(steep_commands=lambda cli: cli.append("good")), origin("good"))
    added = []
    plugins.commands(added)
    assert added == ["good"]
    assert [each.origin.plugin for each in plugins.broken] == ["bad"]
