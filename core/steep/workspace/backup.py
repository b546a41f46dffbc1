"""A copy of a project that is whole although the project is at work: a project itself, which can be opened and tried.

The records are copied first, as they are at one moment, and then the files: what the records name was there before they
named it, and nobody writes generations, datasets or adapters meanwhile. Answers, keys and the like go on being written,
and are in the copy as far as that moment. Records on PostgreSQL are not in it: they are that server's to dump.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.errors import Damaged, WorkspaceError
from steep.records import FILE
from steep.workspace.durable import flush_file, flush_tree, space_needed
from steep.workspace.places import STATE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from steep.workspace.project import Project

__all__ = ["Backup", "back_up"]

# of .steep: the records, which are copied by themselves, what they keep beside their file, and what is held open
_BY_ITSELF = frozenset({FILE, f"{FILE}-wal", f"{FILE}-shm", "lock", "opening", "incoming"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """``records`` says whether the records are in it; those on a server are not."""

    folder: Path
    files: int
    bytes: int
    records: bool


def back_up(project: Project, target: Path, *, patience: float = 0) -> Backup:
    """Copy the project's folder to one that is not there yet, whole or not at all.

    Raises Busy where something writes in the project for longer than ``patience`` seconds, Damaged where the copy of
    the records is not whole, and WorkspaceError for a place that cannot be taken.
    """
    target = target.absolute()
    if target.exists() or target.is_symlink():
        raise WorkspaceError(f"{target} is there already; name a folder that is not, such as one with today's date.")
    if target.resolve().is_relative_to(project.folder.resolve()):
        raise WorkspaceError(f"{target} is in the project itself, so each backup would hold all earlier ones.")
    building = target.with_name(f".{target.name}.part")
    with project.writing(patience=patience), space_needed(target.parent):
        shutil.rmtree(building, ignore_errors=True)  # of one that was killed
        try:
            made = _copied(project, building)
            flush_tree(building)
            building.rename(target)
            flush_file(target.parent)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return Backup(folder=target, files=len(made), bytes=sum(made), records=not project.config.project.records)


def _copied(project: Project, building: Path) -> list[int]:
    """Copy all of it; returns the sizes of the files."""
    state = building / STATE
    building.mkdir(mode=0o700, parents=True)
    state.mkdir(mode=0o700)
    sizes = []
    if not project.config.project.records:
        said = project.records.copy_to(state / FILE)
        if said != "ok":
            raise Damaged(f"the records cannot be copied whole ({said}); `steep doctor` says what to do about it.")
        sizes.append((state / FILE).stat().st_size)
    for file in _files(project):
        copy = building / file.relative_to(project.folder)
        try:
            copy.parent.mkdir(mode=file.parent.stat().st_mode & 0o777, parents=True, exist_ok=True)
            shutil.copy2(file, copy, follow_symlinks=False)
        except FileNotFoundError:
            continue  # somebody took it away meanwhile
        sizes.append(copy.lstat().st_size)
    return sizes


def _files(project: Project) -> Iterator[Path]:
    """The files of a project, and its links as they are: what they lead to is not the project's."""
    for where, folders, names in os.walk(project.folder):
        folder = type(project.folder)(where)
        if folder == project.state:
            folders[:] = [each for each in folders if each not in _BY_ITSELF]
            names = [each for each in names if each not in _BY_ITSELF]
        yield from (folder / each for each in folders if (folder / each).is_symlink())
        yield from (path for path in (folder / each for each in names) if path.is_symlink() or path.is_file())
