"""`steep index` where nothing changed: finding that takes less time than importing what the other commands need."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from steep.cli.printing import emit, say
from steep.errors import ConfigError
from steep.wording import by_suffix, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.indexing.summary import IndexSummary


def told_unchanged(arguments: Sequence[str]) -> bool:
    """Whether these arguments ask for an index that is as it should be, and that was told; if not, nothing was done."""
    understood = _understood(arguments)
    if understood is None:
        return False
    folder, json = understood
    summary = _look(folder)
    if summary is None:
        return False
    if json:
        emit(asdict(summary))
    else:
        say(*lines(summary))
    return True


def lines(summary: IndexSummary) -> list[str]:
    """What an indexing did, in words."""
    changes = (
        f"{summary.added} added, {summary.changed} changed, {summary.removed} removed, {summary.unchanged} unchanged"
    )
    told = [
        f"Generation {summary.generation}: {counted(summary.documents, 'document')} in "
        f"{counted(summary.passages, 'passage')} ({changes}).",
        f"Embedded {counted(summary.embedded, 'passage')} anew." if summary.rebuilt else "Nothing had changed.",
    ]
    if summary.failed:
        kept = f"; {len(summary.kept)} of them kept in the old version" if summary.kept else ""
        told.append(f"{counted(len(summary.failed), 'file')} could not be read (named above){kept}.")
    if summary.left_out:
        words = ", ".join(f"{counted(count, 'word')} ({why})" for why, count in sorted(summary.left_out.items()))
        told.append(f"Not taken for text in what was read: {words}; `steep documents show PATH` says which.")
    if summary.unsupported:
        told.append(
            f"Left out, since no reader that steep.toml names takes them: {by_suffix(summary.unsupported)}. "
            "`steep plugins` lists readers; [reader.NAME] adds one."
        )
    return told


def _understood(arguments: Sequence[str]) -> tuple[str, bool] | None:
    """The folder, and whether JSON is wanted; None for all that only the command itself understands."""
    if not arguments or arguments[0] != "index":
        return None
    folder, json, rest = "", False, list(arguments[1:])
    while rest:
        word = rest.pop(0)
        if word == "--json":
            json = True
        elif word in ("-C", "--project") and rest and not rest[0].startswith("-"):
            folder = rest.pop(0)
        else:
            return None
    return folder, json


def _look(named: str) -> IndexSummary | None:
    from steep.indexing.unchanged import unchanged
    from steep.records.glance import glance
    from steep.workspace.places import STATE, find_project

    try:
        folder = Path(named).resolve() if named else find_project(Path.cwd())
    except ConfigError:
        return None  # the command says so
    known = glance(folder / STATE)
    # a tracker is told what happens, and only a project that is opened has trackers
    return unchanged(folder, known) if known and not known.search["watched"] else None
