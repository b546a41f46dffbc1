"""steep tune: train an adapter on a dataset of pairs."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, progress_bars, say


def tune(
    dataset: Annotated[str, typer.Option(help="A dataset version, or latest.")] = "latest",
    name: Annotated[
        str | None, typer.Option(help="The adapter's name; by default the project's.", show_default=False)
    ] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Train a LoRA adapter on the pairs, and put it in production if it is better on held-out pairs."""
    from steep.flows.tune import tune as run_tune

    with opened(folder) as project, progress_bars() as progress:
        summary = run_tune(project, progress=progress, dataset=dataset, name=name)
    if json:
        emit(summary)
        return
    moved = "in production now" if summary.promoted else "not in production: it is no better than before"
    say(
        f"Adapter {summary.version} ({moved}).",
        f"Held-out pairs: {summary.score_before:.3f} before, {summary.score_after:.3f} after; "
        f"{summary.steps} steps in {summary.seconds:.0f} s on {summary.rows} pairs.",
    )
