"""steep index: bring the index up to date with the documents."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, name_failures, opened, progress_bars, say
from steep.cli.unchanged import lines


def index(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read and index every document anew, whatever is known.")
    ] = False,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Read, split, embed and index what changed; unchanged documents cost nothing.

    Files that cannot be read are named on stderr; the rest is indexed, and the exit code is 0.
    """
    from steep.flows.index import index as run_index

    with opened(folder) as project, progress_bars() as progress:
        summary = run_index(project, progress=progress, rebuild=rebuild)
    name_failures(summary.failed)
    if json:
        emit(summary)
    else:
        say(*lines(summary))
