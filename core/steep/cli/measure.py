"""steep measure: compare the arms on your own questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steep.cli.output import (
    HELD_OUT,
    Folder,
    Json,
    console,
    emit,
    name_skipped,
    opened,
    progress_bars,
    say,
    warn,
    warn_of_index,
)


def measure(
    questions: Annotated[
        Path | None,
        typer.Option(
            "--questions",
            "-q",
            help="A JSONL file of questions; by default that of steep.toml, or held-out pairs.",
            show_default=False,
        ),
    ] = None,
    arm: Annotated[
        list[str] | None, typer.Option("--arm", "-a", help="Only these arms; repeat it.", show_default=False)
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only this many questions.", show_default=False)] = None,
    split: Annotated[str | None, typer.Option(help="Only the questions of this split.", show_default=False)] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask again what an earlier measuring has answers for.")
    ] = False,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Ask every question of every arm, and say which arm is best, or that no difference was shown."""
    from steep.flows.measure import measure as run_measure
    from steep.measuring.report import PAGE
    from steep.report.table import terminal_table

    with opened(folder) as project:
        warn_of_index(project)
        with progress_bars() as progress:
            result = run_measure(
                project, progress=progress, questions=questions, arms=arm or None, limit=limit, split=split, fresh=fresh
            )
        page = project.folder / result.folder / PAGE
        if questions is None and project.config.measure.questions is None:
            warn(HELD_OUT)
    name_skipped(result.skipped)
    if json:
        emit(result.to_json())
        return
    console().print(terminal_table(result))
    say(result.verdict.sentence, f"Report: {page}")
