"""steep init: write steep.toml, with every key explained."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from steep.cli.output import Json, emit, say
from steep.wording import counted


def init(
    folder: Annotated[Path, typer.Argument(help="The folder that holds your documents.")] = Path(),
    name: Annotated[str, typer.Option(help="The project's name; by default the folder's.", show_default=False)] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the steep.toml that is there.")] = False,
    json: Json = False,
) -> None:
    """Write a steep.toml that takes every document in a folder; the first step of a project."""
    from steep.errors import ConfigError
    from steep.indexing.readers import Readers, joining
    from steep.indexing.sources import scan, suffix_of
    from steep.validation import validated
    from steep.workspace.config import Config
    from steep.workspace.durable import space_needed, write_text
    from steep.workspace.places import FILE_NAME
    from steep.workspace.project import Project
    from steep.workspace.template import template

    folder = folder.resolve()
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder; name the one that holds your documents.")
    file = folder / FILE_NAME
    if file.exists() and not force:
        raise ConfigError(f"{file} is there already; edit it, or replace it with --force.")
    chosen = name or re.sub(r"[^A-Za-z0-9_-]+", "-", folder.name).strip("-_") or "project"
    questions = "questions.jsonl" if (folder / "questions.jsonl").is_file() else None
    validated(
        Config,
        {"project": {"name": chosen}},
        where=f"--name {chosen}" if name else str(folder),
        error=ConfigError,
    )
    with space_needed(folder):
        write_text(file, template(name=chosen, questions=questions))
    with Project.open(folder) as project:
        waiting = {suffix_of(each.path) for each in scan(folder, project.config).files}
        named = joining(project, waiting)
    if named:
        write_text(file, template(name=chosen, questions=questions, readers=named))
    with Project.open(folder) as project:
        readers = Readers(project)
        found = [each.path for each in scan(folder, project.config).files if readers.handles(each.path)]
    counts = {suffix: sum(suffix_of(path) == suffix for path in found) for suffix in sorted(map(suffix_of, found))}
    if json:
        emit({"file": str(file), "name": chosen, "documents": len(found), "by_suffix": counts})
        return
    kinds = ", ".join(f"{count} {suffix}" for suffix, count in counts.items())
    say(
        f"Wrote {file}.",
        f"It takes {counted(len(found), 'document')} ({kinds})."
        if found
        else "There are no documents here yet that a reader takes.",
        'Next: `steep run` does the whole job; `steep index`, then `steep ask "…"`, is the quick way in.',
    )
