"""steep tune: train an adapter on a dataset of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from steep.cli.output import Folder, Json, emit, opened, progress_bars, say, warn
from steep.wire import to_json
from steep.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def tune(
    dataset: Annotated[str, typer.Option(help="A dataset version, or latest.")] = "latest",
    name: Annotated[
        str | None, typer.Option(help="The adapter's name; by default the project's.", show_default=False)
    ] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Train a LoRA adapter on the pairs, and put it in production if it is better on held-out pairs.

    The pairs come from `steep synthesize`; every version is kept, and `steep adapters` shows, promotes and rolls back.
    Stopped or killed, the same command goes on from the last checkpoint.
    """
    from steep.flows.tune import tune as run_tune

    with opened(folder) as project, progress_bars() as progress:
        summary = run_tune(project, progress=progress, dataset=dataset, name=name)
    if json:
        emit(summary)
        return
    say(*told(to_json(summary)))
    say(f"It took {counted(summary.steps, 'step')} in {summary.seconds:.0f} s; pairs held out: {summary.dev_rows}.")
    for warning in summary.warnings:
        warn(warning)
    if not summary.promoted:
        say(f"To use it all the same: steep adapters promote {summary.version}")


def told(summary: Mapping[str, Any]) -> Iterator[str]:
    """What became of a tuning, in words: where the alias points and why, the scores, and what was left out."""
    place = f"{summary['name']}@{summary['alias']}"
    moved = f"{place} points to it now" if summary["promoted"] else f"{place} was left as it is"
    yield f"Adapter {summary['version']}: {moved}: {summary['decision']}."
    yield (
        f"Held-out score {summary['score_before']:.3f} before, {summary['score_after']:.3f} after training on "
        f"{counted(summary['rows'], 'pair')}."
    )
    if summary["dropped"]:
        reasons = ", ".join(f"{count} {reason}" for reason, count in summary["dropped"].items())
        yield f"Not trained on: {reasons}."
