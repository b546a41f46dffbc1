"""steep config: check steep.toml, show it with its defaults, print its schema."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Group, Json, emit, opened, say, warn
from steep.wording import counted

app = typer.Typer(
    cls=Group, no_args_is_help=True, help="Check steep.toml, show it with its defaults, print its JSON schema."
)

SchemaJson = Annotated[bool, typer.Option("--json", help="The schema is JSON in any case.", show_default=False)]


@app.command()
def schema(json: SchemaJson = True) -> None:
    """Print the JSON schema of steep.toml, for editors that complete and check TOML.

    The options of a part, which depend on the plugins installed, are listed by `steep plugins list`.
    """
    from steep.workspace.config import Config

    emit(Config.model_json_schema())


@app.command()
def show(folder: Folder = None, json: Json = False) -> None:
    """Show the configuration with every default filled in; secrets are left out, as it may be sent to others."""
    from steep.workspace.places import FILE_NAME
    from steep.workspace.secrets import without_secrets

    with opened(folder) as project:
        values = without_secrets(project.config.model_dump(mode="json"))
        file = project.folder / FILE_NAME
    if json:
        emit({"file": str(file), "config": values})
        return
    import tomlkit

    from steep.wire import without_none

    say(f"# {file}, with every default", tomlkit.dumps(without_none(values)))


@app.command()
def check(folder: Folder = None, json: Json = False) -> None:
    """Check steep.toml, and all that it names: parts and their options, prompts, guardrails, the question file.

    No model is loaded, and no document read. `steep run` begins with the same check.
    """
    from steep.flows.check import check as run_check
    from steep.workspace.checking import unknown_plugins

    with opened(folder) as project:
        parts, notes = run_check(project), unknown_plugins(project)
    if json:
        emit({"ok": True, "parts": parts, "notes": notes})
        return
    for note in notes:
        warn(note)
    say(f"steep.toml is right. It uses {counted(len(parts), 'part')}:", *(f"  {part}" for part in sorted(parts)))
