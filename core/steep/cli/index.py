"""steep index: bring the index up to date with the documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steep.cli.output import Folder, Json, emit, name_failures, opened, progress_bars, project_folder, say
from steep.wording import counted

if TYPE_CHECKING:
    from steep.indexing.summary import IndexSummary


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
    summary = None if rebuild else _nothing_to_do(project_folder(folder))
    if summary is None:
        from steep.flows.index import index as run_index

        with opened(folder) as project, progress_bars() as progress:
            summary = run_index(project, progress=progress, rebuild=rebuild, looked=not project.config.project.records)
    name_failures(summary.failed)
    if json:
        emit(summary)
        return
    changes = (
        f"{summary.added} added, {summary.changed} changed, {summary.removed} removed, {summary.unchanged} unchanged"
    )
    say(
        f"Generation {summary.generation}: {counted(summary.documents, 'document')} in "
        f"{counted(summary.passages, 'passage')} ({changes}).",
        f"Embedded {counted(summary.embedded, 'passage')} anew." if summary.rebuilt else "Nothing had changed.",
    )
    if summary.failed:
        kept = f"; {len(summary.kept)} of them kept in the old version" if summary.kept else ""
        say(f"{counted(len(summary.failed), 'file')} could not be read (named above){kept}.")
    if summary.unsupported:
        suffixes = ", ".join(
            f"{count} {suffix or 'without suffix'}" for suffix, count in sorted(summary.unsupported.items())
        )
        say(f"Left out, since no reader takes them: {suffixes}.")


def _nothing_to_do(folder: Path) -> IndexSummary | None:
    """The summary, where no project has to be opened for it: nothing changed, and nobody watches."""
    from steep.indexing.unchanged import unchanged
    from steep.records.glance import glance
    from steep.workspace.places import STATE

    known = glance(folder / STATE)
    return unchanged(folder, known) if known and not known.search["watched"] else None
