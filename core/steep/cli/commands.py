"""The commands, each in a file of its own. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import importlib.metadata
import logging
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import steep
from steep.cli import (
    adapters,
    answers,
    ask,
    audit,
    backup,
    config,
    doctor,
    documents,
    drift,
    feedback,
    index,
    init,
    jobs,
    keys,
    mcp,
    measure,
    models,
    plugins,
    run,
    search,
    serve,
    synthesize,
    tune,
)
from steep.cli.output import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.hooks import Selection

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,  # rich takes longer to import than all the rest, to draw boxes round a help text
    name="steep",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "Steep a language model in your documents, and measure what it gained.\n\n"
        'Start in your documents\' folder: `steep init`, `steep run`, then `steep ask "…"` or `steep serve`. '
        "`steep run` is `index`, `synthesize`, `tune` and `measure` in sequence; killed at any point, it resumes."
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"steep {steep.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


_MAIN = "The main job"
_USE = "Using it"
_KEEP = "Keeping it"

app.command("init", rich_help_panel=_MAIN)(init.init)
app.command("run", rich_help_panel=_MAIN)(run.run)
app.command("index", rich_help_panel=_MAIN)(index.index)
app.command("synthesize", rich_help_panel=_MAIN)(synthesize.synthesize)
app.command("tune", rich_help_panel=_MAIN)(tune.tune)
app.command("measure", rich_help_panel=_MAIN)(measure.measure)
app.command("ask", rich_help_panel=_USE)(ask.ask)
app.command("search", rich_help_panel=_USE)(search.search)
app.command("serve", rich_help_panel=_USE)(serve.serve)
app.command("mcp", rich_help_panel=_USE)(mcp.mcp)
app.add_typer(answers.app, name="answers", rich_help_panel=_KEEP)
app.add_typer(feedback.app, name="feedback", rich_help_panel=_USE)
app.add_typer(documents.app, name="documents", rich_help_panel=_KEEP)
app.add_typer(adapters.app, name="adapters", rich_help_panel=_KEEP)
app.command("drift", rich_help_panel=_KEEP)(drift.drift)
app.add_typer(audit.app, name="audit", rich_help_panel=_KEEP)
app.add_typer(keys.app, name="keys", rich_help_panel=_KEEP)
app.add_typer(jobs.app, name="jobs", rich_help_panel=_KEEP)
app.add_typer(config.app, name="config", rich_help_panel=_KEEP)
app.command("backup", rich_help_panel=_KEEP)(backup.backup)
app.command("models", rich_help_panel=_KEEP)(models.models)
app.command("doctor", rich_help_panel=_KEEP)(doctor.doctor)
app.add_typer(plugins.app, name="plugins", rich_help_panel=_KEEP)


def _log_once() -> None:
    """What is logged goes to stderr as messages do, each once: plugins are looked for more than once a command."""
    said: set[str] = set()

    def is_new(record: logging.LogRecord) -> bool:
        before = len(said)
        said.add(record.getMessage())
        return len(said) > before

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("steep: %(message)s"))
    handler.addFilter(is_new)
    logging.getLogger("steep").addHandler(handler)


def run_command() -> None:
    """Run what the command line says; plugins may have added commands."""
    _log_once()
    if importlib.metadata.entry_points(group="steep"):
        steep.Plugins.discover(_admitted(sys.argv[1:])).commands(app)
    app()


def _admitted(arguments: Sequence[str]) -> Selection:
    """The plugins that may be imported: the project's steep.toml has a say before a command has read it.

    Where it cannot be read, no third-party plugin is imported; the command says what is wrong with it.
    """
    from steep.errors import ConfigError
    from steep.hooks import Selection
    from steep.workspace.places import FILE_NAME, find_project

    try:
        folder = _named_folder(arguments) or find_project(Path.cwd())
        table = tomllib.loads((folder / FILE_NAME).read_text("utf-8")).get("plugins", {})
        disabled, allow = table.get("disabled", ()), table.get("allow")
        return Selection.from_environment(disabled=map(str, disabled), allow=None if allow is None else map(str, allow))
    except (ConfigError, FileNotFoundError):
        return Selection.from_environment()
    except (OSError, ValueError, TypeError, AttributeError):
        return Selection(allow=frozenset())


def _named_folder(arguments: Sequence[str]) -> Path | None:
    """What stands behind -C or --project, in any of the forms that a command takes."""
    for at, word in enumerate(arguments):
        if word in ("-C", "--project"):
            return Path(arguments[at + 1]) if at + 1 < len(arguments) else None
        for beginning in ("--project=", "-C"):
            if word.startswith(beginning):
                return Path(word.removeprefix(beginning))
    return None
