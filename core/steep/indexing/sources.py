"""Finds the files that steep.toml's globs name, below the project's folder.

Hidden files and folders, .steep, and what steep itself reads (steep.toml, the question file, prompts) are never
documents. Linked folders are followed once: a loop is noticed and left.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from steep.workspace.config import Config

SKIPPED_FOLDERS = {"node_modules", "__pycache__", "venv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that a glob names: its path relative to the project, its size, and when it was modified (ns)."""

    path: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """``unreadable`` maps paths to what the system said."""

    files: tuple[Found, ...]
    unreadable: dict[str, str]


def scan(folder: Path, config: Config) -> Scan:
    """All files that the project's globs name, sorted by path."""
    wanted = [_pattern(glob) for glob in config.project.documents]
    unwanted = [_pattern(glob) for glob in (*config.project.exclude, *_own_files(config))]
    unreadable: dict[str, str] = {}
    files = []
    for path in _walk(folder, folder, unreadable, ()):
        name = path.relative_to(folder).as_posix()
        if not _matches(name, wanted) or _matches(name, unwanted):
            continue
        try:
            status = path.stat()
        except OSError as error:
            unreadable[name] = f"cannot be read: {error.strerror}"
            continue
        files.append(Found(path=name, size=status.st_size, modified=status.st_mtime_ns))
    return Scan(files=tuple(sorted(files, key=lambda each: each.path)), unreadable=unreadable)


def _own_files(config: Config) -> Iterator[str]:
    yield "steep.toml"
    prompts = [config.answer.prompt, *(profile.prompt for profile in config.profile.values())]
    for file in (config.measure.questions, *prompts, *config.plugins.files):
        if file:
            yield file.removeprefix("./")


def _walk(root: Path, folder: Path, unreadable: dict[str, str], above: tuple[tuple[int, int], ...]) -> Iterator[Path]:
    try:
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        unreadable[folder.relative_to(root).as_posix()] = f"cannot be read: {error.strerror}"
        return
    here = (status.st_dev, status.st_ino)
    if here in above:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        try:
            is_folder = entry.is_dir()
        except OSError as error:  # a link that points to itself
            unreadable[(folder / entry.name).relative_to(root).as_posix()] = f"cannot be read: {error.strerror}"
            continue
        if not is_folder:
            yield folder / entry.name
        elif entry.name not in SKIPPED_FOLDERS:
            yield from _walk(root, folder / entry.name, unreadable, (*above, here))


def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as a pattern: ``**/`` any folders, ``*`` and ``?`` within a name; a folder stands for all in it."""
    glob = glob.removeprefix("./").rstrip("/")
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    regex = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(regex.get(piece, re.escape(piece)) for piece in pieces) + "(?:/.*)?")


def _matches(name: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    return any(pattern.fullmatch(name) for pattern in patterns)
