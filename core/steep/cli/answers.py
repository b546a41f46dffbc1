"""steep answers: look up what was answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steep.cli.output import Folder, Group, Json, emit, opened, say, table
from steep.wording import counted

if TYPE_CHECKING:
    from steep.workspace.answers import KeptAnswer

app = typer.Typer(cls=Group, no_args_is_help=True, help="List the answers that were given, show one, delete old ones.")

AnswerId = Annotated[str, typer.Argument(metavar="ID", help="The answer's id, or enough of its beginning.")]


@app.command("list")
def list_answers(
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """List the latest answers, newest first."""
    with opened(folder) as project:
        found = project.answers.newest(limit)
    if json:
        emit({"answers": [_json(each) for each in found]})
        return
    rows = ((each.answer.id, _when(each.created), each.answer.profile, each.answer.question) for each in found)
    table("answers", ("id", "when", "profile", "question"), rows)


@app.command()
def show(reference: AnswerId, folder: Folder = None, json: Json = False) -> None:
    """Show an answer as it was given, what it rests on, and what was said of it."""
    from steep.cli.ask import show as show_answer
    from steep.flows.answers import seen
    from steep.values import OPERATOR

    with opened(folder) as project:
        found = seen(project, project.answers.find(reference), OPERATOR)
    if json:
        emit(found.to_json())
        return
    answer, versions = found.answer, found.answer.versions
    say(f"{answer.id}, {_when(found.created)}, {answer.caller or 'unknown'}", f"> {answer.question}")
    show_answer(answer)
    named = {"generation": versions.generation, "model": versions.model[:16], "adapter": versions.adapter}
    say(", ".join(f"{name} {value}" for name, value in named.items() if value) or "no versions were kept")
    if found.review:
        by = f" by {found.review.reviewer}" if found.review.reviewer else ""
        say(f"review: {found.review.state}{by}{f', {found.review.reason}' if found.review.reason else ''}")
    for each in found.feedback:
        better = f": {each.better}" if each.better else ""
        verb = "decided" if each.source == "review" else "said"
        say(f"{each.verdict}, {verb} {each.caller} on {_when(each.created)}{better}")


@app.command()
def prune(
    days: Annotated[float, typer.Option(min=0, help="Delete what was answered longer ago than this.")],
    caller: Annotated[
        str | None,
        typer.Option(help="Only what this one asked, as answers name them: key:anna, user:anna.", show_default=False),
    ] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Delete old answers, with all that was said of them, and the conversations of which nothing is left.

    The audit log has its own `keep_days`.
    """
    with opened(folder) as project:
        deleted = project.answers.delete_older(project.clock() - days * 86_400, caller=caller)
    if json:
        emit({"deleted": deleted})
    else:
        say(f"{counted(deleted, 'answer')} deleted.")


def _json(kept: KeptAnswer) -> dict[str, Any]:
    from steep.wire import answer_json

    return {**answer_json(kept.answer), "created": kept.created}


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
