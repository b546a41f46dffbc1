"""steep doctor: what this machine can do, and whether what steep keeps is whole."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, say
from steep.wording import counted


def doctor(
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Put flipped bits right; begin records anew that are damaged more."),
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Drop cached vectors and answers that the current index has no use for.")
    ] = False,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Check the machine, the models, the plugins and the project; exit code 3 when something is broken.

    Each line says ok, note or broken, and what to do about it. --prune never touches documents, reports, datasets or
    adapters.
    """
    from steep.diagnosis import diagnose, rebuild_records
    from steep.workspace.storage import prune as drop

    rebuilt = rebuild_records(folder) if rebuild else None
    pruned = None
    if prune:
        with opened(folder) as project:
            pruned = drop(project)
    checks = diagnose(folder)
    broken = [check for check in checks if check.state == "broken"]
    if json:
        emit(
            {
                "ok": not broken,
                "rebuilt": rebuilt,
                "pruned": pruned,
                "checks": [
                    {"name": check.name, "state": check.state, "found": check.found, "advice": check.advice}
                    for check in checks
                ],
            }
        )
    else:
        if rebuilt:
            say(rebuilt, "")
        if pruned:
            say(
                f"Dropped {counted(pruned.vectors, 'vector')} and {counted(pruned.journals, 'journal')} of answers: "
                f"{pruned.freed / 1e6:,.1f} MB freed.",
                "",
            )
        for check in checks:
            say(f"{check.state:<7} {check.name:<12} {check.found}")
            if check.advice:
                say(f"{'':<20} → {check.advice}")
        say("", f"{len(broken)} of {counted(len(checks), 'check')} broken." if broken else "Nothing is broken.")
    if broken:
        raise typer.Exit(3)
