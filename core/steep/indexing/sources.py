"""Finds the files that steep.toml's globs name, below the project's folder.

Hidden files and folders, .steep, and what steep itself reads (steep.toml, the question file, prompts) are never
documents. Links are followed, also out of the project; a folder that holds itself is noticed and left. Pipes, sockets
and devices are named, never opened: reading one may not end.
"""

from __future__ import annotations

import os
import re
import stat
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
    for path in _walk(folder, unreadable):
        name = path.relative_to(folder).as_posix()
        if not _matches(name, wanted) or _matches(name, unwanted):
            continue
        reason, status = _status(path, name)
        if status is None:
            unreadable[_printable(name)] = reason
        else:
            # an SQLite integer has 63 bits for the nanoseconds, a file system may have more
            files.append(Found(path=name, size=status.st_size, modified=status.st_mtime_ns & (2**63 - 1)))
    return Scan(files=tuple(sorted(files, key=lambda each: each.path)), unreadable=unreadable)


def _status(path: Path, name: str) -> tuple[str, os.stat_result | None]:
    """What the system says of a file, or why it cannot be a document."""
    if _printable(name) != name:
        return "cannot be taken: its name is not valid Unicode; rename it.", None
    try:
        status = path.stat()
    except OSError as error:
        if path.is_symlink():
            return f"is a link that leads nowhere ({error.strerror}): mend it, or exclude it in steep.toml.", None
        return f"cannot be read: {error.strerror}; mend that, or exclude it in steep.toml.", None
    if not stat.S_ISREG(status.st_mode):
        return "is a pipe, a socket or a device, not a file; exclude it in steep.toml.", None
    return "", status


def _own_files(config: Config) -> Iterator[str]:
    yield "steep.toml"
    prompts = [config.answer.prompt, *(profile.prompt for profile in config.profile.values())]
    for file in (config.measure.questions, *prompts, *config.plugins.files):
        if file:
            yield file.removeprefix("./")


def _walk(root: Path, unreadable: dict[str, str]) -> Iterator[Path]:
    """Every entry below a folder that is no folder itself, in no particular order."""
    waiting: list[tuple[Path, frozenset[tuple[int, int]]]] = [(root, frozenset())]
    while waiting:
        folder, above = waiting.pop()
        try:
            status = folder.stat()
            entries = list(os.scandir(folder))
        except OSError as error:
            unreadable[_printable(folder.relative_to(root).as_posix())] = (
                f"cannot be listed: {error.strerror}; check its permissions, or exclude it in steep.toml."
            )
            continue
        here = (status.st_dev, status.st_ino)
        if here in above:
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = folder / entry.name
            if not _is_folder(entry):
                yield path
            elif entry.name not in SKIPPED_FOLDERS:
                waiting.append((path, above | {here}))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that points to itself; whoever opens it is told why that fails
        return False


def _printable(name: str) -> str:
    """The name as Unicode; bytes that are none are escaped, as Python hands them over as half characters."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as a pattern: ``**/`` any folders, ``*`` and ``?`` within a name; a folder stands for all in it."""
    glob = glob.removeprefix("./").rstrip("/")
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    regex = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(regex.get(piece, re.escape(piece)) for piece in pieces) + "(?:/.*)?", re.DOTALL)


def _matches(name: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    return any(pattern.fullmatch(name) for pattern in patterns)
