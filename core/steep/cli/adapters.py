"""steep adapters: list versions, move aliases, roll back, try one on a share of the callers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from steep.cli import rollouts
from steep.cli.output import Folder, Group, Json, emit, opened, say, table

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,  # rich takes longer to import than all the rest, to draw boxes round a help text
    invoke_without_command=True,
    help="List adapter versions, which is what it does alone, and move the aliases that point to them.",
)

Reference = Annotated[str, typer.Argument(help="A version or its beginning, or name@alias.")]
Alias = Annotated[str, typer.Option(help="The alias to move.")]
Name = Annotated[str | None, typer.Option(help="The adapter's name; by default the project's.", show_default=False)]


@app.callback()
def adapters(context: typer.Context, folder: Folder = None, json: Json = False) -> None:
    if context.invoked_subcommand is None:
        list_adapters(folder=folder, json=json)
    elif folder is not None or json:
        raise typer.BadParameter(f"options stand after the command: steep adapters {context.invoked_subcommand} …")


@app.command("list")
def list_adapters(folder: Folder = None, json: Json = False) -> None:
    """List every adapter version, newest first, with its score and the aliases that point to it."""
    with opened(folder) as project:
        versions = project.adapters.versions()
        aliases = project.adapters.aliases()
    rows: list[dict[str, Any]] = [
        {
            "version": each.version,
            "name": each.name,
            "score": each.score,
            "base": each.base,
            "aliases": [alias for alias, version in aliases.items() if version == each.version],
            "dataset": each.lineage.get("dataset"),
        }
        for each in versions
    ]
    if json:
        emit({"adapters": rows})
        return
    if not rows:
        say("There is no adapter yet; `steep tune` makes one.")
        return
    columns = ("version", "name", "score", "aliases")
    table("Adapters", columns, [(r["version"], r["name"], _score(r["score"]), ", ".join(r["aliases"])) for r in rows])


@app.command()
def show(adapter: Reference, folder: Folder = None, json: Json = False) -> None:
    """Show an adapter version with its lineage: what it was made from, how, and how it scored."""
    with opened(folder) as project:
        found = project.adapters.resolve(adapter)
        damage = project.adapters.damage(found.version)
    if json:
        emit(
            {
                "version": found.version,
                "name": found.name,
                "folder": found.folder,
                "base": found.base,
                "score": found.score,
                "lineage": dict(found.lineage),
                "damage": damage,
            }
        )
        return
    say(
        f"{found.name} {found.version}",
        f"  folder  {found.folder}",
        f"  base    {found.base}",
        f"  score   {_score(found.score)}",
    )
    lineage = {key: value for key, value in found.lineage.items() if key != "base" and value not in ({}, [], None)}
    width = max((len(key) for key in lineage), default=0)
    for key, value in lineage.items():
        for line, text in enumerate(_lines(value)):
            say(f"  {'' if line else key:<{width}}  {text}")
    if damage:
        say(f"  DAMAGED: {damage}")


@app.command()
def promote(
    adapter: Reference,
    alias: Alias = "production",
    reason: Annotated[str, typer.Option(help="Why; it is kept in the alias's history.")] = "promoted by hand",
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Point an alias at a version; requests that begin later use it."""
    from steep.flows.adapters import promote as move_alias
    from steep.values import OPERATOR

    with opened(folder) as project:
        move = move_alias(project, adapter, alias=alias, reason=reason, caller=OPERATOR)
    if json:
        emit(move)
        return
    say(f"{move.name}@{move.alias} points to {move.version} now (before: {move.previous or 'nothing'}).")


@app.command()
def rollback(name: Name = None, alias: Alias = "production", folder: Folder = None, json: Json = False) -> None:
    """Point an alias where it pointed before its last move; where a rollout is running, end that instead."""
    from steep.flows.adapters import rollback as roll_back

    with opened(folder) as project:
        place = f"{name or project.config.project.name}@{alias}"
        rollout = project.rollouts.running(place)
        if rollout is not None:
            project.rollouts.end(rollout, state="rolled back", reason="by hand", now=project.clock())
            ended = project.rollouts.find(rollout.id)
            emit(ended) if json else say(f"{place} answers all its callers with {rollout.stable} again.")
            return
        move = roll_back(project, name or project.config.project.name, alias=alias)
    if json:
        emit(move)
        return
    say(f"{move.name}@{move.alias} points to {move.version} again.")


app.command()(rollouts.canary)
app.command()(rollouts.status)


@app.command()
def history(name: Name = None, alias: Alias = "production", folder: Folder = None, json: Json = False) -> None:
    """Show every move of an alias, oldest first."""
    with opened(folder) as project:
        chosen = name or project.config.project.name
        moves = project.adapters.history(chosen, alias)
    if json:
        emit(
            {
                "name": chosen,
                "alias": alias,
                "moves": [
                    {"version": m.version, "previous": m.previous, "reason": m.reason, "created": m.created}
                    for m in moves
                ],
            }
        )
        return
    if not moves:
        say(f"{chosen}@{alias} was never moved: `steep tune` and `steep adapters promote` move it.")
        return
    table(
        f"{chosen}@{alias}", ("version", "before", "reason"), [(m.version, m.previous or "", m.reason) for m in moves]
    )


def _lines(value: Any) -> Iterator[str]:
    """A value of the lineage in words, a list's items a line each; a phase's log of its steps is left to --json."""
    if isinstance(value, list | tuple):
        for each in value:
            yield from _lines(each)
    elif isinstance(value, Mapping):
        told = {key: each for key, each in value.items() if key != "history" and each not in ({}, [], None)}
        yield ", ".join(f"{key} {_figure(each)}" for key, each in told.items())
    else:
        yield _figure(value)


def _figure(value: Any) -> str:
    """A value in words, those inside it too; what is empty is left out."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_figure(each)}" for key, each in value.items() if each not in ({}, [], None))
    if isinstance(value, list | tuple):
        return "; ".join(map(_figure, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _score(score: float | None) -> str:
    return "not measured" if score is None else f"{score:.3f}"
