"""steep models: which language models the project names, what they are made of, and whether they can run here."""

from __future__ import annotations

from steep.cli.output import Folder, Json, emit, opened, say


def models(folder: Folder = None, json: Json = False) -> None:
    """List the models of [model.NAME]: digest, size, licence, and what is missing where one cannot run here.

    Below them stand those on board that steep.toml could name, each with where it is or the line that installs it.
    Nothing is loaded; a model on board is converted when it is first used. One that a server runs is ready where that
    server can be reached, and it is said where the server lists others only.
    """
    from steep.inventory import inventory, on_board

    with opened(folder) as project:
        found, known = inventory(project), on_board(project)
    if json:
        emit({"models": found, "on_board": known})
        return
    if not found:
        say("steep.toml names no model; add [model.NAME] with `use` (`steep plugins list model` shows what runs one).")
    for each in found:
        say(f"{each.name:<12} {each.state:<8} `{each.use}`" + (f", {each.described}" if each.described else ""))
        if each.problem:
            say(f"{'':<21} → {each.problem}")
    named = {each.use for each in found}
    if others := [each for each in known if each.name not in named]:
        say("", "On board, and not named in steep.toml:")
    for other in others:
        say(f"{other.name:<12} {'missing' if other.problem else 'ready':<8} {other.summary}")
        say(f"{'':<21} → {other.problem or other.found}")
