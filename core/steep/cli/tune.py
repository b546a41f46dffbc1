"""steep tune: train an adapter on a dataset of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from steep.cli.output import Folder, Json, emit, opened, progress_bars, say, warn, warn_of_index
from steep.wire import to_json
from steep.wording import counted, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from steep.flows.tune import TunePlan


def tune(
    recipe: Annotated[str, typer.Argument(help="A recipe of steep.toml, [tune.NAME].")] = "default",
    dataset: Annotated[str, typer.Option(help="A dataset version, or latest.")] = "latest",
    name: Annotated[
        str | None, typer.Option(help="The adapter's name; by default the recipe's.", show_default=False)
    ] = None,
    force: Annotated[
        str, typer.Option(metavar="REASON", help="Put it in production whatever speaks against it, for this reason.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be learned and how long it would take; train nothing.")
    ] = False,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Train a LoRA adapter by a recipe, and put it in production if it is better on what was held out.

    By default it learns from the pairs of `steep synthesize`. Every version is kept: `steep adapters` shows them.
    Stopped or killed, the same command goes on from the last checkpoint.
    """
    from steep.flows.tune import TuneRequest, plan_tuning
    from steep.flows.tune import tune as run_tune

    request = TuneRequest(recipe=recipe, dataset=dataset, name=name, force=force)
    with opened(folder) as project:
        said = warn_of_index(project)
        with progress_bars() as progress:
            if dry_run:
                _plan(plan_tuning(project, progress=progress, request=request), said, json=json)
                return
            summary = run_tune(project, progress=progress, request=request)
    if json:
        emit(summary)
        return
    say(*told(to_json(summary)))
    ahead, promised = summary.forecast_seconds, summary.estimated_seconds
    said_of_time = [
        *([f"{ahead:.0f} s were said before the first step"] if ahead is not None else []),
        *([f"{promised:.0f} s after the third"] if promised is not None else []),
    ]
    say(
        f"It took {counted(summary.steps, 'step')} in {summary.seconds:.0f} s"
        + (f" ({', '.join(said_of_time)})" if said_of_time else "")
        + f"; rows held out: {summary.dev_rows}."
    )
    for warning in summary.warnings:
        if warning != said:
            warn(warning)
    if not summary.promoted:
        say(f"To use it all the same: steep adapters promote {summary.version}")


def _plan(plan: TunePlan, said: str | None, *, json: bool) -> None:
    if json:
        emit(plan)
        return
    say(f"Adapter {plan.name}, by the recipe {plan.recipe}, on {plan.base}:")
    for phase in plan.phases:
        steps = "" if phase.steps is None else f", {counted(phase.steps, 'step')}, {phase.tokens:,} tokens"
        took = "not to be timed" if phase.seconds is None else f"about {readable(phase.seconds)}"
        say(f"  {phase.use}: {counted(phase.rows, 'row')}, {phase.dev_rows} held out{steps}: {took}")
    if plan.forecast_seconds is not None:
        say(f"About {readable(plan.forecast_seconds)} on this machine, if nothing stops early. Nothing was trained.")
    for warning in plan.warnings:
        if warning != said:
            warn(warning)


def told(summary: Mapping[str, Any]) -> Iterator[str]:
    """What became of a tuning, in words: where the alias points and why, the scores, and what was left out."""
    place = f"{summary['name']}@{summary['alias']}"
    moved = f"{place} points to it now" if summary["promoted"] else f"{place} was left as it is"
    yield f"Adapter {summary['version']}: {moved}: {summary['decision']}."
    yield (
        f"Held-out score {summary['score_before']:.3f} before, {summary['score_after']:.3f} after training on "
        f"{counted(summary['rows'], 'row')}."
    )
    said = summary.get("feedback")
    if said and said["said"]:  # nobody need have said anything: a file may stand beside it
        yield (
            f"{counted(said['said'], 'judgement')} of answers gave {counted(said['pairs'], 'pair')} and "
            f"{counted(said['preferences'], 'preference')}; {counted(said['left_out'], 'answer')} left out (`steep "
            "feedback export` says why)."
        )
    if summary.get("forgetting"):
        loss, followed = summary["forgetting"]["general_loss"], summary["forgetting"]["instructions_followed"]
        yield (
            f"General text is read with a loss of {loss['before']:.3f} before and {loss['after']:.3f} after; of "
            f"{followed['asked']} general instructions {followed['before']:.0%} were followed before, "
            f"{followed['after']:.0%} after."
        )
    if summary.get("perplexity"):
        read = summary["perplexity"]
        yield (
            f"Documents held out are read with a perplexity of {read['before']:.1f} before and {read['after']:.1f} "
            "after."
        )
    if summary["dropped"]:
        reasons = ", ".join(f"{count} {reason}" for reason, count in summary["dropped"].items())
        yield f"Not trained on: {reasons}."
