"""uploads: a document comes in as a file beside the others, whole or not at all, and never over another unasked.

What is deleted or replaced is moved to `.steep/trash`, which steep never empties.
"""

from __future__ import annotations

import os
import shutil
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING

from steep.access import Access
from steep.errors import Busy, NotThere, SourceError
from steep.indexing.readers import Readers
from steep.indexing.sources import is_named, suffix_of
from steep.values import content_id
from steep.workspace.durable import flush_file, space_needed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from steep.values import Caller
    from steep.workspace.project import Project

__all__ = ["Uploaded", "arrived", "checked_path", "delete", "home", "limit", "receiving", "suffixes", "too_large"]

TRASH, _INCOMING = "trash", "incoming"
_LONGEST = 200  # bytes of a name that every file system takes
_NOT_EVERYWHERE = frozenset('<>:"|?*\\')
# what turns the direction of writing round, so that a name is not what it looks like
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PROGRAMS = (b"\x7fELF", b"MZ", b"#!", b"\0asm", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf",
             b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """``trash`` is where what was there before lies now, relative to the project; None where nothing was."""

    path: str
    bytes: int
    trash: str | None = None


def checked_path(project: Project, name: str, folder: str, caller: Caller) -> str:
    """Where a document of that name would lie; raises SourceError, in one sentence, where it cannot be one."""
    if "/" in name or "\\" in name:
        raise SourceError(f"{name!r} is a name with a path in it; name the folder by itself, as `folder`.", path=name)
    above = [part for part in folder.split("/") if part]
    if folder.startswith("/"):
        raise SourceError(f"the folder {folder!r} is not below the project; leave its first slash out.", path=name)
    parts = [unicodedata.normalize("NFC", part) for part in (*above, name)]
    path = "/".join(parts)
    if not name.strip():
        raise SourceError("the file has no name; name it.", path=path)
    for part in parts:
        if why := _wrong(part):
            raise SourceError(f"{part!r} cannot be a name here: {why}", path=path)
    readers = Readers(project)
    if not readers.handles(path):
        known = ", ".join(sorted(readers.suffixes))
        found = suffix_of(path) or "a name without a suffix"
        raise SourceError(f"no reader takes {found}; these are read: {known}.", path=path)
    if not is_named(path, project.config):
        raise SourceError(
            f"{path} would not be indexed: `documents` and `exclude` under [project] in steep.toml leave it out.",
            path=path,
        )
    if caller.documents is not None and not _may_place(project, path, caller):
        raise SourceError(f"{path} would be no document that {caller.name} may see; choose another place.", path=path)
    _stays_inside(project, path)
    return path


def _may_place(project: Project, path: str, caller: Caller) -> bool:
    """Whether a caller would see what it puts there; what lies there and is not its own stays as it is."""
    current = project.generations.current()
    if current is not None and path in project.generations.paths(current.number):
        return caller.allows(content_id("document", path))
    return Access(project).takes(path, caller.groups)


@contextmanager
def receiving(project: Project, random: bytes) -> Iterator[Path]:
    """A file to write what comes in to, gone at the end; it lies where a rename puts it in its place."""
    folder = project.state / _INCOMING
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / random.hex()
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


def suffixes(project: Project) -> frozenset[str]:
    """The suffixes of the files that can be sent: a reader takes them, and a glob of `documents` could name them."""
    read = Readers(project).suffixes
    lasts = [each.rpartition("/")[2].lower() for each in project.config.project.documents]
    return frozenset(each for each in read if any(last.endswith((each, "*", "?", "]", "}")) for last in lasts)) or read


def home(project: Project) -> str:
    """The folder that all globs of `documents` begin with, where files belong; "" for that of steep.toml."""
    parts = [each.split("/")[:-1] for each in project.config.project.documents]
    shared = takewhile(
        lambda level: len(set(level)) == 1 and not set(level[0]) & set("*?[{"), zip(*parts, strict=False)
    )
    return "/".join(level[0] for level in shared)


def limit(project: Project) -> int:
    """The bytes that a document may have."""
    return int(project.config.project.max_megabytes * 1_000_000)


def too_large(project: Project, path: str) -> SourceError:
    return SourceError(
        f"{path} has more than the {project.config.project.max_megabytes:g} MB of `max_megabytes` under [project] in "
        "steep.toml; split it, or raise the limit.",
        path=path,
    )


def arrived(project: Project, file: Path, path: str, *, replace: bool) -> Uploaded:
    """Put a file that has come in whole in its place. Raises SourceError, or Busy where another lies there."""
    size = file.stat().st_size
    if not size:
        raise SourceError(f"{path} is empty; nothing was uploaded.", path=path)
    if size > limit(project):
        raise too_large(project, path)
    with file.open("rb") as opened:
        head = opened.read(8)
    if head.startswith(_PROGRAMS):
        raise SourceError(f"{path} is a program, whatever its name says; only documents are taken.", path=path)
    target = project.folder / path
    with space_needed(project.folder):
        if target.is_dir() and not target.is_symlink():
            raise SourceError(f"{path} is a folder; upload its files one by one.", path=path)
        target.parent.mkdir(parents=True, exist_ok=True)
        _stays_inside(project, path)
        flush_file(file)
        trash = _replaced(project, path) if replace else None
        _placed(file, target, path)
    return Uploaded(path=path, bytes=size, trash=trash)


def delete(project: Project, path: str, caller: Caller) -> Uploaded:
    """Move a document's file to the trash; raises NotThere for what is none, or not the caller's to see."""
    target = project.folder / path
    known = not any(_wrong(part) for part in path.split("/")) and is_named(path, project.config)
    if not known or not caller.allows(content_id("document", path)) or not _is_file(target):
        raise NotThere(f"there is no document {path!r} to delete.")
    _stays_inside(project, path)
    size = target.lstat().st_size
    with space_needed(project.state):
        return Uploaded(path=path, bytes=size, trash=_replaced(project, path))


def _wrong(part: str) -> str:
    if part in (".", "..") or part.startswith("."):
        return "it begins with a dot, and hidden files are no documents."
    if len(part.encode("utf-8", "surrogatepass")) > _LONGEST:
        return f"it has more than {_LONGEST} bytes."
    if part != part.strip() or part.endswith("."):
        return "it begins or ends with a space or a dot."
    odd = [c for c in part if c in _NOT_EVERYWHERE or c in _TURNING or unicodedata.category(c) in ("Cc", "Cs")]
    return f"it holds {odd[0]!r}, which not every system takes." if odd else ""


def _is_file(target: Path) -> bool:
    return target.is_symlink() or target.is_file()


def _stays_inside(project: Project, path: str) -> None:
    """A folder may be a link; one that leads out of the project, or to what is hidden in it, is not written through.

    Nor is anything put below a file.
    """
    parts = path.split("/")
    for above in ("/".join(parts[:deep]) for deep in range(1, len(parts))):
        if os.path.lexists(project.folder / above) and not (project.folder / above).is_dir():
            raise SourceError(f"{above} is a file, so nothing can lie in it; choose another folder.", path=path)
    root = project.folder.resolve()
    parent = (project.folder / path).parent.resolve()
    if not parent.is_relative_to(root) or any(part.startswith(".") for part in parent.relative_to(root).parts):
        raise SourceError(f"{path} would lie outside of the project's folder; choose another folder.", path=path)


def _replaced(project: Project, path: str) -> str | None:
    """Move what lies there to the trash; returns where to."""
    target = project.folder / path
    if not _is_file(target):
        return None
    stamp = datetime.fromtimestamp(project.clock(), UTC).strftime("%Y%m%dT%H%M%S")
    number = 0
    while (place := project.state / TRASH / f"{stamp}-{number}" / path).exists():
        number += 1
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(target, place)
    return place.relative_to(project.folder).as_posix()


def _placed(file: Path, target: Path, path: str) -> None:
    """In one step, and not over what came there meanwhile."""
    taken = Busy(f"{path} is there already; upload it with `replace` to put it in its place, or choose another name.")
    try:
        os.link(file, target)
    except FileExistsError:
        raise taken from None
    except OSError:  # a file system without links, or the state lies on another one
        if target.exists():
            raise taken from None
        beside = target.with_name(f".{file.name}.part")
        shutil.copyfile(file, beside)
        flush_file(beside)
        beside.replace(target)
    flush_file(target.parent)
