"""steep models: which language models the project names, what they are made of, and whether they can run here."""

from __future__ import annotations

from steep.cli.output import Folder, Json, emit, opened, say


def models(folder: Folder = None, json: Json = False) -> None:
    """List the models of [model.NAME]: digest, size, licence, and what is missing where one cannot run here.

    Nothing is loaded; a model on board is converted when it is first used.
    """
    from steep.inventory import inventory

    with opened(folder) as project:
        found = inventory(project)
    if json:
        emit({"models": found})
        return
    if not found:
        say("steep.toml names no model; add [model.NAME] with `use` (`steep plugins list model` shows what runs one).")
    for each in found:
        say(f"{each.name:<12} {each.state:<8} `{each.use}`" + (f", {each.described}" if each.described else ""))
        if each.problem:
            say(f"{'':<21} → {each.problem}")
