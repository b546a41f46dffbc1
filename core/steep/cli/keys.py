"""steep keys: who may call the server, and what each may do and see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steep.cli.output import Folder, Group, Json, emit, opened, say, table, warn

if TYPE_CHECKING:
    from steep.workspace.keys import Key

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Make, list and revoke the keys by which `steep serve` knows its callers.",
)

Reference = Annotated[str, typer.Argument(metavar="KEY", help="The key's name or id.")]


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Whose key it is: a person, or a program.")],
    scope: Annotated[
        str,
        typer.Option(
            help="What the caller may do: ask; edit (also write pairs and documents); operate (also start runs, move "
            "adapters, see what others asked); admin (also make keys)."
        ),
    ] = "ask",
    group: Annotated[
        list[str] | None,
        typer.Option(help="A group of documents of [access.groups] that it may see; more than once, or '*' for all."),
    ] = None,
    days: Annotated[float | None, typer.Option(help="For how many days it is good; by default for ever.")] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Make a key, and print it: this once, since only its hash is kept.

    A caller sends it as `Authorization: Bearer KEY`. As soon as there is a key, the server answers nobody without one.
    """
    with opened(folder) as project:
        key, words = project.keys.new(name, now=project.clock(), scope=scope, groups=group or (), days=days)
    if json:
        emit({**_json(key), "key": words})
        return
    say(words)
    warn(f"this is the key of {name} (scope {key.scope}); it is shown this once.")


@app.command("list")
def list_keys(folder: Folder = None, json: Json = False) -> None:
    """List the keys, oldest first: what each may do and see, until when, and when it was last used."""
    with opened(folder) as project:
        keys, now = project.keys.all(), project.clock()
    if json:
        emit({"keys": [_json(each) for each in keys]})
        return
    if not keys:
        say("There is no key: on this machine everybody may do everything. `steep keys new NAME` makes one.")
        return
    rows = [
        (
            each.id, each.name, each.scope, ", ".join(sorted(each.groups)), _when(each.expires, "never"),
            _when(each.used, "never"), "revoked" if each.revoked else "expired" if each.refusal(now) else "good",
        )
        for each in keys
    ]  # fmt: skip
    table("Keys", ("id", "name", "scope", "groups", "expires", "last used", "state"), rows)


@app.command()
def renew(
    key: Reference,
    hours: Annotated[float, typer.Option(min=0, help="For how many hours the old one is still good.")] = 24,
    days: Annotated[
        float | None,
        typer.Option(
            help="For how many days the new one is good; by default as long as the old one.", show_default=False
        ),
    ] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Make another key for the same caller, and print it, this once; the old one ends by itself.

    Whoever holds it has so long to change over, and stays who they were: name, scope, groups, conversations.
    """
    with opened(folder) as project:
        renewed, words = project.keys.renew(key, now=project.clock(), days=days, overlap=hours * 3600)
    if json:
        emit({**_json(renewed), "key": words})
        return
    say(words)
    warn(
        f"this is the new key of {renewed.name} (scope {renewed.scope}); the old one is good for {hours:g} hours more."
    )


@app.command()
def revoke(key: Reference, folder: Folder = None, json: Json = False) -> None:
    """Make a key good for nothing from now on; who signed in with it is signed out."""
    with opened(folder) as project:
        revoked = project.keys.revoke(key, now=project.clock())
    if json:
        emit(_json(revoked))
        return
    say(f"{revoked.name} ({revoked.id}) is revoked.")


@app.command()
def forget(key: Reference, folder: Folder = None, json: Json = False) -> None:
    """Delete a key that is revoked or has expired; with none left, nobody on this machine needs one."""
    with opened(folder) as project:
        forgotten = project.keys.forget(key, now=project.clock())
        left = project.keys.any()
    if json:
        emit(_json(forgotten))
        return
    say(f"{forgotten.name} ({forgotten.id}) is deleted{'' if left else '; it was the last one'}.")


def _json(key: Key) -> dict[str, Any]:
    told = {name: getattr(key, name) for name in type(key).__slots__}
    return {**told, "groups": sorted(key.groups)}


def _when(seconds: float | None, never: str) -> str:
    return never if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
