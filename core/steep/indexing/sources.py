"""Finds the files that steep.toml's globs name, below the project's folder.

Hidden files and folders, .steep, and what steep itself reads (steep.toml, the question file, prompts) are never
documents. Links are followed within the project, out of it where `follow_links` says so; a folder that holds itself is
noticed and left. Pipes, sockets and devices are named, never opened: reading one may not end.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from steep.workspace.config import Config

_OUT = "leads out of the project: set follow_links = true in [project] if you want that, or exclude it."
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
    unreadable: dict[str, str] = {}
    files = []
    for name, entry in named(folder, *globs(config), unreadable, follow=config.project.follow_links):
        reason, status = _status(entry, name)
        if status is None:
            unreadable[printable(name)] = reason
        else:
            # an SQLite integer has 63 bits for the nanoseconds, a file system may have more
            files.append(Found(path=name, size=status.st_size, modified=status.st_mtime_ns & (2**63 - 1)))
    return Scan(files=tuple(sorted(files, key=lambda each: each.path)), unreadable=unreadable)


def globs(config: Config) -> tuple[list[str], list[str]]:
    """The globs of what is wanted, and of what is not."""
    return list(config.project.documents), [*config.project.exclude, *_own_files(config)]


def is_named(path: str, config: Config) -> bool:
    """Whether a file at that path would be a document: the globs name it, and no folder above it is skipped."""
    wanted, unwanted = (pattern(each) for each in globs(config))
    above = path.split("/")[:-1]
    hidden = any(part.startswith(".") for part in path.split("/"))
    return bool(
        wanted.fullmatch(path) and not unwanted.fullmatch(path) and not hidden and not SKIPPED_FOLDERS & set(above)
    )


def named(
    folder: Path, wanted: Iterable[str], unwanted: Iterable[str], unreadable: dict[str, str], *, follow: bool
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """What the globs name, whatever it is, in no particular order; folders that cannot be listed are noted.

    So are links out of the folder, unless ``follow`` allows them.
    """
    chosen, left_out = pattern(wanted), pattern(unwanted)
    inside = None if follow else folder.resolve()
    for name, entry in _walk(folder, unreadable, inside):
        if chosen.fullmatch(name) and not left_out.fullmatch(name):
            if _leads_out(entry, inside):
                unreadable[printable(name)] = _OUT
            else:
                yield name, entry


def _status(entry: os.DirEntry[str], name: str) -> tuple[str, os.stat_result | None]:
    """What the system says of a file, or why it cannot be a document."""
    if printable(name) != name:
        return "cannot be taken: its name is not valid Unicode; rename it.", None
    try:
        status = entry.stat()
    except OSError as error:
        if entry.is_symlink():
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


def _leads_out(entry: os.DirEntry[str], inside: Path | None) -> bool:
    if inside is None or not entry.is_symlink():
        return False
    try:
        return not Path(entry.path).resolve(strict=True).is_relative_to(inside)
    except (OSError, RuntimeError):  # it leads nowhere, or to itself: whoever opens it is told why that fails
        return False


def _walk(root: Path, unreadable: dict[str, str], inside: Path | None) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every entry below a folder that is no folder itself, with its path from there."""
    waiting: list[tuple[str, frozenset[tuple[int, int]]]] = [("", frozenset())]
    while waiting:
        folder, above = waiting.pop()
        try:
            status = (root / folder).stat()
            entries = list(os.scandir(root / folder))
        except OSError as error:
            unreadable[printable(folder.rstrip("/") or ".")] = (
                f"cannot be listed: {error.strerror}; check its permissions, or exclude it in steep.toml."
            )
            continue
        here = (status.st_dev, status.st_ino)
        if here in above:
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            name = folder + entry.name
            if not _is_folder(entry):
                yield name, entry
            elif _leads_out(entry, inside):
                unreadable[printable(name)] = _OUT
            elif entry.name not in SKIPPED_FOLDERS:
                waiting.append((f"{name}/", above | {here}))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that points to itself; whoever opens it is told why that fails
        return False


def printable(name: str) -> str:
    """The name as Unicode; bytes that are none are escaped, as Python hands them over as half characters."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "backslashreplace")


def pattern(globs: Iterable[str]) -> re.Pattern[str]:
    """Globs as one pattern: ``**/`` any folders, ``*`` and ``?`` within a name; a folder stands for all in it."""
    regex = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    written = []
    for glob in globs:
        pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob.removeprefix("./").rstrip("/"))
        written.append("".join(regex.get(piece, re.escape(piece)) for piece in pieces) + "(?:/.*)?")
    return re.compile("|".join(f"(?:{each})" for each in written) or "(?!)", re.DOTALL)


def suffix_of(path: str) -> str:
    """The last suffix of a path, in lower case with its dot; empty where there is none."""
    dot = path.rfind(".")
    return path[dot:].lower() if dot > path.rfind("/") else ""
