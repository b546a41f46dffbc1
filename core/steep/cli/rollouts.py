"""steep adapters canary and status: try a version on a share of the callers, and see how it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, say
from steep.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.flows.rollout import Compared, Standing


def canary(
    adapter: Annotated[str, typer.Argument(help="A version or its beginning, or name@alias.")],
    share: Annotated[
        float, typer.Option(min=0.001, max=0.999, help="The share of callers who are answered with it; 0.5 is A/B.")
    ] = 0.1,
    alias: Annotated[str, typer.Option(help="The alias whose callers they are.")] = "production",
    guard: Annotated[
        list[str] | None,
        typer.Option(
            help="What ends it by itself where it is shown to be worse: wrong, refusals, slow=SECONDS; none for none. "
            "By default wrong and refusals.",
            show_default=False,
        ),
    ] = None,
    alpha: Annotated[
        float, typer.Option(min=0.0001, max=0.5, help="How likely a false alarm may be, over the whole rollout.")
    ] = 0.05,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Answer a share of an alias's callers with another version; who asks stays with one of the two.

    `steep adapters status` shows how it does, `promote` gives it to all, `rollback` ends it.
    """
    from steep.flows.rollout import GUARDS, begin

    with opened(folder) as project:
        rollout = begin(project, adapter, share=share, alias=alias, guards=guard or GUARDS, alpha=alpha)
    if json:
        emit(rollout)
        return
    guards = f"it ends by itself by {' or '.join(rollout.guards)}" if rollout.guards else "nothing ends it by itself"
    say(
        f"{rollout.name}@{alias} answers {share:.1%} of its callers with {rollout.candidate}; the others stay with "
        f"{rollout.stable}; {guards}."
    )


def status(folder: Folder = None, json: Json = False) -> None:
    """Show the rollout of each alias: what came of both versions, which is judged right more often, what guards see."""
    from steep.flows.rollout import listed

    with opened(folder) as project:
        found = listed(project)
    if json:
        emit({"rollouts": [each.to_json() for each in found]})
        return
    if not found:
        say("No rollout was begun yet; `steep adapters canary VERSION --share 0.1` begins one.")
    for each in found:
        say(*_told(each))


def _told(standing: Standing) -> Iterator[str]:
    rollout = standing.rollout
    yield (
        f"{rollout.name}@{rollout.alias}: {rollout.candidate} for {rollout.share:.1%} of the callers, {rollout.stable} "
        f"for the others: {rollout.state}{f' ({rollout.reason})' if rollout.reason else ''}"
    )
    for name, tally in (("stable", standing.stable), ("candidate", standing.candidate)):
        seconds = "" if tally.seconds is None else f", {tally.seconds:.2f} s each"
        yield (
            f"  {name:<9}  {counted(tally.answers, 'answer')} to {counted(tally.callers, 'caller')}{seconds}; "
            f"{tally.refused} refused; {counted(tally.judges, 'caller')} judged {tally.judged}, {tally.right} as right"
        )
    yield f"  {_concluded(standing.right, rollout.alpha)}"
    for each in standing.guards:
        yield f"  guard {_concluded(each, rollout.alpha)}"


def _concluded(compared: Compared, alpha: float) -> str:
    low, high = compared.gain
    shown = {
        "better": "the candidate is better",
        "worse": "the candidate is worse",
        "not shown": compared.note or "no difference is shown yet",
    }[compared.outcome]
    return (
        f"{compared.metric}: {shown} (candidate less stable: {low:+.3f} to {high:+.3f}; evidence "
        f"{compared.evidence:.3g}, {1 / alpha:.3g} would show a difference)"
    )
