"""steep plugins: list and show what is offered here, check plugins, begin a new one."""

from __future__ import annotations

from itertools import groupby
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steep.cli.output import Folder, Group, Json, emit, say, table
from steep.wording import counted

if TYPE_CHECKING:
    from steep.authoring.checks import Checked
    from steep.hooks import Plugins

app = typer.Typer(
    cls=Group, rich_markup_mode=None, no_args_is_help=True, help="List, show and check plugins, and begin a new one."
)

_FAILED = 9  # as PluginError.exit_code

OneKind = Annotated[str | None, typer.Argument(help="Only this kind, such as guardrail.", show_default=False)]
PartName = Annotated[str, typer.Argument(help="A part, plugin:part, or a plugin.", show_default=False)]
PartKind = Annotated[str | None, typer.Option("--kind", help="Only the part of this kind.", show_default=False)]
OnePlugin = Annotated[str | None, typer.Argument(help="Only this plugin or distribution.", show_default=False)]
NewName = Annotated[str, typer.Argument(help="Lower-case words joined by hyphens; the folder to write.")]
Kind = Annotated[str, typer.Option(help="What it shall offer: `steep plugins list` has the kinds.")]
Into = Annotated[Path, typer.Option("--into", help="The folder in which to write it.")]


@app.command("list")
def list_plugins(kind: OneKind = None, folder: Folder = None, json: Json = False) -> None:
    """List every part that can be named in steep.toml: what it is, its options, and who provides it.

    With --json, each option comes with its type, its default and what it means.
    """
    from steep.authoring.listing import listed

    plugins, _ = _discovered(folder)
    found = listed(plugins, kind)
    if json:
        emit(found)
        return
    for name, offers in groupby(found["offers"], key=lambda each: str(each["kind"])):
        table(name, ("use", "what it is, and its options (* must be given)"), map(_row, offers))
        say("")
    for each in found["skipped"]:  # what is broken was said when it was met
        say(f"not admitted, so not imported: `{each['plugin']}` ({_provider(each)})")


@app.command()
def show(name: PartName, kind: PartKind = None, folder: Folder = None, json: Json = False) -> None:
    """Show what a part is, who provides it, how steep.toml names it, and what each of its options means.

    The name is that of a part, or plugin:name, or a plugin's, for all that it offers.
    """
    from steep.authoring.listing import shown

    plugins, _ = _discovered(folder)
    found = shown(plugins, name, kind)
    if json:
        emit({"offers": found})
        return
    for offer in found:
        _say_shown(offer)


@app.command()
def check(name: OnePlugin = None, folder: Folder = None, json: Json = False) -> None:
    """Check that plugins load, that importing them is light, and that their offers and options are sound."""
    from steep.authoring.checks import check_plugins

    plugins, files = _discovered(folder)
    checked = check_plugins(plugins, name, files=files)
    problems = [problem for each in checked for problem in each.problems]
    if json:
        emit({"ok": not problems, "plugins": checked})
    else:
        for each in checked:
            _say_checked(each)
    if problems:
        raise typer.Exit(_FAILED)


@app.command()
def new(name: NewName, kind: Kind = "guardrail", into: Into = Path(), json: Json = False) -> None:
    """Write a package that offers one part, with its tests: a plugin to begin with."""
    from steep.authoring.package import write_package

    written = write_package(name, kind=kind, into=into.resolve())
    if json:
        emit(written)
        return
    say(
        f"Wrote {written.folder}, a package that offers the {kind} `{written.offer}`:",
        *(f"  {file}" for file in written.files),
        "Next:",
        f"  pip install -e {written.folder}",
        f"  pytest {written.folder}",
        f"  steep plugins check {written.offer}",
    )


@app.command()
def guide(kind: OneKind = None, json: Json = False) -> None:
    """Print the guide to writing plugins: every kind with its place in steep.toml, its laws and an example."""
    from steep.authoring.guide import guide as written

    text = written(kind)
    if json:
        emit({"guide": text})
    else:
        say(text.rstrip("\n"))


def _discovered(folder: Path | None) -> tuple[Plugins, list[str]]:
    """The plugins that the project admits, and its local files; outside a project, all that are installed."""
    from steep.errors import ConfigError
    from steep.hooks import Plugins
    from steep.workspace.config import load_config
    from steep.workspace.places import FILE_NAME, find_project
    from steep.workspace.project import discover

    try:
        found = folder.resolve() if folder else find_project(Path.cwd())
    except ConfigError:
        return Plugins.discover(), []
    config = load_config(found / FILE_NAME)
    return discover(found, config), [str(found / file) for file in config.plugins.files]


def _say_checked(checked: Checked) -> None:
    cost = "" if checked.milliseconds is None else f", imported in {checked.milliseconds:.0f} ms"
    state = "PROBLEMS" if checked.problems else "ok"
    offers = counted(len(checked.offers), "offer")
    say(f"{state:<8}  {checked.plugin} ({checked.distribution} {checked.version}): {offers}{cost}")
    for qualified, keys in checked.required.items():
        say(f"          {qualified} needs the options {', '.join(keys)}")
    for problem in checked.problems:
        say(f"          {problem.offer or problem.plugin}: {problem.message}")


def _say_shown(offer: dict[str, Any]) -> None:
    say(f"{offer['kind']} {offer['use']}: {offer['summary']}", f"  from {offer['qualified']} ({_provider(offer)})")
    if offer["handles"]:
        say(f"  takes {', '.join(offer['handles'])}")
    say("", *(f"  {line}" for line in offer["table"].splitlines()), "")
    for option in offer["options"]:
        default = "must be given" if option["required"] else f"{dumps(option['default'])} by default"
        say(f"  {option['key']} ({option['type']}, {default}) {option['description']}".rstrip())
    if not offer["options"]:
        say("  It has no options.")
    say("")


def _row(offer: dict[str, Any]) -> tuple[str, str]:
    """Who provides a part is said where that is not steep itself."""
    keys = ", ".join(f"{each['key']}*" if each["required"] else each["key"] for each in offer["options"])
    options = f" [{keys}]" if keys else ""
    stranger = "" if offer["distribution"] == "steep" else f" ({_provider(offer)})"
    return offer["use"], f"{offer['summary']}{stranger}{options}"


def _provider(row: dict[str, Any]) -> str:
    return f"{row['distribution']} {row['version']}"
