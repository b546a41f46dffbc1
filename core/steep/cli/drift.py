"""steep drift: whether what is asked, found and left unanswered has changed."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, say
from steep.wire import to_json


def drift(
    recent: Annotated[int | None, typer.Option(min=30, help="How many of the latest answers are looked at.")] = None,
    baseline: Annotated[int | None, typer.Option(min=30, help="With how many before them they are compared.")] = None,
    alpha: Annotated[float | None, typer.Option(min=0.001, max=0.5, help="How likely a false alarm may be.")] = None,
    limit: Annotated[float | None, typer.Option(min=0, max=1, help="Smaller changes are passed over.")] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Compare the latest answers with those before: the questions, how well they were found, how many were refused.

    The tracker `drift` does so while `steep serve` runs, and tells an address of yours. What no option says is as its
    [[tracker]] in steep.toml has it: 200 answers against 800 where there is none.
    """
    from steep.flows.drift import drift as run_drift
    from steep.flows.drift import windows

    with opened(folder) as project:
        look = windows(project, recent=recent, baseline=baseline, alpha=alpha, limit=limit)
        report = run_drift(project, look)
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
