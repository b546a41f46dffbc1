"""Plugins may add commands."""

from __future__ import annotations

import types

import typer
from typer.testing import CliRunner

from steep import hookimpl


def module(**hooks):
    made = types.ModuleType("observer")
    for name, function in hooks.items():
        setattr(made, name, hookimpl(function))
    return made


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


def test_a_plugin_cannot_take_the_name_of_a_command_that_there_is(plugins, origin):
    def steep_commands(cli):
        cli.command(name="ask")(lambda: typer.echo("theirs"))
        cli.command()(greet)

    def greet():
        typer.echo("hello")

    plugins.adopt(module(steep_commands=steep_commands), origin("greedy"))
    app = typer.Typer()
    app.command(name="ask")(lambda: typer.echo("ours"))
    plugins.commands(app)
    assert CliRunner().invoke(app, ["ask"]).output == "ours\n"
    assert CliRunner().invoke(app, ["greet"]).output == "hello\n"
    assert plugins.broken[0].said == "it adds the command `ask`, which there is already; give it another name"
