"""steep doctor: what this machine can do, and whether what steep keeps is whole."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, say


def doctor(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Set a damaged manifest aside and begin a new one from the files.")
    ] = False,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Check the machine, the models, the plugins and the project; exit code 3 when something is broken."""
    from steep.diagnosis import diagnose, rebuild_manifest

    rebuilt = rebuild_manifest(folder) if rebuild else None
    checks = diagnose(folder)
    broken = [check for check in checks if check.state == "broken"]
    if json:
        emit(
            {
                "ok": not broken,
                "rebuilt": rebuilt,
                "checks": [
                    {"name": check.name, "state": check.state, "found": check.found, "advice": check.advice}
                    for check in checks
                ],
            }
        )
    else:
        if rebuilt:
            say(rebuilt, "")
        for check in checks:
            say(f"{check.state:<7} {check.name:<12} {check.found}")
            if check.advice:
                say(f"{'':<20} → {check.advice}")
    if broken:
        raise typer.Exit(3)
