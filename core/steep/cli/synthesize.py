"""steep synthesize: write question-answer pairs from the documents."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, progress_bars, say, table, warn, warn_of_index


def synthesize(
    pairs: Annotated[
        int | None, typer.Option("--pairs", "-n", min=1, help="How many pairs to ask for.", show_default=False)
    ] = None,
    show: Annotated[int, typer.Option("--show", min=0, help="Print this many of the pairs that were kept.")] = 0,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Write pairs from the indexed documents, filter them, and save them as a dataset version.

    The summary says how many were asked for, written and kept, and why the rest was dropped.
    """
    from steep.flows.synthesize import synthesize as run_synthesize

    with opened(folder) as project:
        said = warn_of_index(project)
        with progress_bars() as progress:
            summary = run_synthesize(project, progress=progress, count=pairs)
        kept = project.datasets.load(summary.dataset)[1][:show] if show else ()
    if json:
        emit(summary)
        return
    say(
        f"Dataset {summary.dataset}: asked {summary.asked}, wrote {summary.written}, kept {summary.kept} "
        f"({summary.dev} of them held out, {summary.unused} more not needed)."
    )
    table("Kept", ("kind", "pairs"), [(kind, str(count)) for kind, count in summary.by_kind.items()])
    rows = [(reason, str(count), f"{count / max(1, summary.written):.0%}") for reason, count in summary.dropped.items()]
    table("Dropped", ("reason", "pairs", "share of written"), rows)
    for note in (*summary.notes, *([summary.shortfall] if summary.shortfall else [])):
        if note != said:
            warn(note)
    for pair in kept:
        say(f"- {pair.question}", f"  {pair.answer or '(cannot be answered)'}  [{pair.kind}, {pair.rule}]")
