"""steep drift: whether what is asked, found and left unanswered has changed."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, say
from steep.wire import to_json


def drift(
    recent: Annotated[int, typer.Option(min=1, help="How many of the latest answers are looked at.")] = 200,
    baseline: Annotated[int, typer.Option(min=1, help="With how many before them they are compared.")] = 800,
    alpha: Annotated[float, typer.Option(min=0.001, max=0.5, help="How likely a false alarm may be, a look.")] = 0.01,
    limit: Annotated[float, typer.Option(min=0, max=1, help="Changes of a smaller size are passed over.")] = 0.02,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Compare the latest answers with those before: the questions, how well they were found, how many were refused.

    The tracker `drift` does so while `steep serve` runs, and tells an address of yours.
    """
    from steep.flows.drift import drift as run_drift

    with opened(folder) as project:
        report = run_drift(project, recent=recent, baseline=baseline, alpha=alpha, limit=limit)
    if json:
        emit({**to_json(report), "drifted": report.drifted})
        return
    if report.note:
        say(report.note)
        return
    say(f"{report.recent} answers against the {report.baseline} before them:")
    for each in report.shifts:
        said = "changed" if each.drifted else "no change"
        figures = "" if each.before is None or each.now is None else f", {each.before:.3f} before, {each.now:.3f} now"
        say(f"  {each.what}: {said} (size {each.size:.3f}, p {each.p:.3f}{figures})")
