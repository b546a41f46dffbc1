"""steep feedback: say what an answer was worth, and export what was said as pairs and preferences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steep.cli.output import Folder, Group, Json, emit, opened, say, warn
from steep.wording import counted

if TYPE_CHECKING:
    from steep.workspace.answers import Feedback

_SHOWN = 10  # answers named as left out; --json names all


class _FeedbackGroup(Group):
    """`steep feedback ID --right` needs no command: what is not one is an answer's id, or an option about it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = ["give", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_FeedbackGroup,
    no_args_is_help=True,
    help="Say of an answer whether it was right (steep feedback ID --right), and export what was said.",
)


@app.command()
def give(
    reference: Annotated[str, typer.Argument(metavar="ID", help="The answer's id, or enough of its beginning.")],
    right: Annotated[bool | None, typer.Option("--right/--wrong", help="Whether it is right.")] = None,
    better: Annotated[str, typer.Option(help="What should have been answered.")] = "",
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Say of an answer whether it was right, or what would have been; the word `give` may be left out."""
    from steep.flows.feedback import judge
    from steep.values import OPERATOR

    if right is None and not better:
        raise typer.BadParameter("say --right, --wrong, or --better with what should have been answered.")
    with opened(folder) as project:
        said = judge(project, reference, right=bool(right), better=better, caller=OPERATOR)
    if json:
        emit(said)
        return
    say(f"{said.answer} is kept as {said.verdict}{_with(said)}.")


@app.command()
def export(
    to: Annotated[
        Path | None, typer.Option(help="The folder to write to; by default .steep/feedback.", show_default=False)
    ] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Write what was said as pairs.jsonl, rows as of a dataset, and preferences.jsonl, as TRL reads them.

    What contradicts itself, no longer stands in the documents, or holds what a guardrail takes out is left out and
    named. `steep tune` needs no export: the strategies `feedback` and `dpo` look it up.
    """
    from steep.flows.feedback import export as run_export

    with opened(folder) as project:
        found = run_export(project, to or project.state / "feedback")
    if json:
        emit(found)
        return
    say(
        f"{counted(found.pairs, 'pair')} in {found.pairs_file}",
        f"{counted(found.preferences, 'preference')} in {found.preferences_file}",
    )
    if not found.said:
        say('Nothing was said of any answer yet: steep feedback ID --right, --wrong or --better "…".')
    for each in found.left_out[:_SHOWN]:
        warn(f"left out: {each.answer}: {each.reason}")
    if len(found.left_out) > _SHOWN:
        warn(f"{len(found.left_out) - _SHOWN} more are left out; --json names all.")


def _with(said: Feedback) -> str:
    return " with a better answer" if said.better else ""
