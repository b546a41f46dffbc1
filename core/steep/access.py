"""Who may see which documents: decided here, once for each caller, and kept to wherever documents are shown.

Documents are put in groups by globs in steep.toml, or by a file named .steep-access in their folder, which names a
group a line and counts for the folders below it that have none of their own. A caller needs a group of each of the two
that says something of a document. What neither speaks of is for all.

Where it cannot be told, nothing is shown: an unreadable file lets nobody in, and documents whose folder has gone are
seen by nobody until the next `steep index`, since the file that closed it may have gone with it.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.indexing.sources import pattern
from steep.values import content_id
from steep.workspace.keys import ALL_GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from steep.workspace.project import Project

__all__ = ["FILE", "Access"]

log = logging.getLogger(__name__)

FILE = ".steep-access"
_NOBODY: frozenset[str] = frozenset()
_LOOKED_EVERY = 1.0  # seconds between two looks at the files

# what is known of a folder: what its file was when it was read, None where it has none, "gone" where it has gone itself
_Mark = tuple[int, int, int] | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The groups of each document of one generation; a document is seen with one of each of its sets."""

    generation: int
    marks: Mapping[str, _Mark]
    documents: Mapping[str, tuple[frozenset[str], ...]]
    seen: dict[frozenset[str], frozenset[str] | None] = field(default_factory=dict)

    def seen_by(self, groups: frozenset[str]) -> frozenset[str] | None:
        if groups not in self.seen:
            allowed = frozenset(
                document for document, needed in self.documents.items() if all(groups & each for each in needed)
            )
            self.seen[groups] = None if not any(self.documents.values()) else allowed
        return self.seen[groups]


class Access:
    """Which documents a caller's groups let it see. ``clock`` gives seconds from any beginning."""

    def __init__(self, project: Project, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._project = project
        self._globs = {name: pattern(globs) for name, globs in project.config.access.groups.items()}
        self._clock = clock
        self._looked = 0.0
        self._rules: _Rules | None = None
        self._lock = threading.Lock()

    def documents(self, groups: frozenset[str]) -> frozenset[str] | None:
        """The ids of the documents of the current generation that these groups may see; None where it is all of them.

        Documents that are indexed later are not among them: who asks then asks again.
        """
        if ALL_GROUPS in groups:
            return None
        current = self._project.generations.current()
        if current is None:
            return _NOBODY
        with self._lock:
            return self._current(current.number).seen_by(groups)

    def takes(self, path: str, groups: frozenset[str]) -> bool:
        """Whether these groups may put a document there: whether they would see it once it is indexed.

        Nobody else puts one into a folder that has gone while documents of it are indexed: what closed it may have gone
        with it, and a folder of that name would open them.
        """
        if ALL_GROUPS in groups:
            return True
        marks = _marks(self._project.folder, [path]) if self._project.config.access.files else {}
        gone = tuple(f"{folder}/" for folder, mark in marks.items() if mark == "gone")
        current = self._project.generations.current()
        if gone and current and any(each.startswith(gone) for each in self._project.generations.paths(current.number)):
            return False
        (needed,) = self._needed([path], {name: mark for name, mark in marks.items() if mark != "gone"}).values()
        return all(groups & each for each in needed)

    def _current(self, generation: int) -> _Rules:
        now = self._clock()
        rules = self._rules
        if rules is not None and rules.generation == generation and now - self._looked < _LOOKED_EVERY:
            return rules
        paths = self._project.generations.paths(generation)
        marks = _marks(self._project.folder, paths) if self._project.config.access.files else {}
        if rules is None or rules.generation != generation or rules.marks != marks:
            rules = _Rules(generation=generation, marks=marks, documents=self._needed(paths, marks))
        self._rules, self._looked = rules, now
        return rules

    def _needed(self, paths: Iterable[str], marks: Mapping[str, _Mark]) -> dict[str, tuple[frozenset[str], ...]]:
        files = {folder: _groups(self._project.folder / folder / FILE) for folder in marks if marks[folder] is not None}
        needed = {}
        for path in paths:
            globbed = frozenset(name for name, globs in self._globs.items() if globs.fullmatch(path))
            above = next((files[folder] for folder in _above(path) if folder in files), None)
            needed[content_id("document", path)] = ((globbed,) if globbed else ()) + (() if above is None else (above,))
        return needed


def _above(path: str) -> list[str]:
    """The folders that a file is in, the nearest first; "" is the project's."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:deep]) for deep in range(len(parts), -1, -1)]


def _marks(root: Path, paths: Iterable[str]) -> dict[str, _Mark]:
    folders = {folder for path in paths for folder in _above(path)}
    return {folder: _mark(root / folder) for folder in sorted(folders)}


def _mark(folder: Path) -> _Mark:
    try:
        status = (folder / FILE).stat()
    except FileNotFoundError:
        return None if folder.is_dir() else "gone"
    except OSError as error:
        return f"unreadable: {error.strerror}"
    return status.st_mtime_ns, status.st_size, status.st_ino


def _groups(file: Path) -> frozenset[str]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        log.warning("%s cannot be read (%s): what it closes is shown to nobody.", file, error)
        return _NOBODY
    return frozenset(line.strip() for line in lines if line.strip() and not line.strip().startswith("#"))
