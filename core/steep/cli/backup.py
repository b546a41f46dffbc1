"""steep backup: a copy of the project that is whole although a server is at work in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, say, warn
from steep.wording import counted


def backup(
    target: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to, a folder that is not there yet.")],
    wait: Annotated[
        float, typer.Option(min=0, help="Wait for so many seconds for an index or a tuning that is under way to end.")
    ] = 0,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Copy the project, records and all, while it is served: what comes of it is a project itself.

    Questions are answered meanwhile; what would write an index, pairs or an adapter waits, or is told to come again.
    To restore, copy the folder back to its place. Records on PostgreSQL are not in it: dump them first, with pg_dump.
    """
    from steep.workspace.backup import back_up

    with opened(folder) as project:
        made = back_up(project, target, patience=wait)
    if json:
        emit({"folder": made.folder, "files": made.files, "bytes": made.bytes, "records": made.records})
        return
    say(f"{made.folder}: {counted(made.files, 'file')}, {made.bytes / 1e6:,.1f} MB. `steep doctor -C` looks it over.")
    if not made.records:
        warn("the records are on PostgreSQL, and not in this copy: dump them with pg_dump.")
