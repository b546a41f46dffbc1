"""Writing that survives a power cut: files and folders are flushed before anything points at them."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from steep.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NEARLY_NOTHING = 1_000_000  # bytes


def flush_tree(folder: Path) -> None:
    """Fsync every file below a folder, and the folders."""
    for path in (*folder.rglob("*"), folder):
        flush_file(path)


def replace_folder(temporary: Path, final: Path) -> None:
    """Flush a finished folder and give it its final name, in one step."""
    flush_tree(temporary)
    temporary.replace(final)
    flush_file(final.parent)


def write_text(file: Path, text: str) -> None:
    """Write a whole file, or leave the old one as it was."""
    write_bytes(file, text.encode("utf-8"))


def write_bytes(file: Path, content: bytes) -> None:
    """As ``write_text``, of bytes."""
    temporary = file.with_name(file.name + ".part")
    temporary.write_bytes(content)
    flush_file(temporary)
    temporary.replace(file)
    flush_file(file.parent)


@contextmanager
def space_needed(folder: Path) -> Iterator[None]:
    """Turns what the system says against writing, a full disk above all, into an error that says so."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        if _is_full(error, folder):
            raise WorkspaceError(
                f"the disk that holds {folder} is full: free some space and run the command again; "
                "what was committed before is intact."
            ) from error
        if isinstance(error, OSError):
            raise WorkspaceError(
                f"writing in {folder} failed ({error}): {mending(error)} and run the command again; "
                "what was committed before is intact."
            ) from error
        raise


_MENDING = {
    errno.EFBIG: "raise the limit on the size of files (`ulimit -f`)",
    errno.EMFILE: "raise the limit on open files (`ulimit -n`)",
    errno.ENOSPC: "free some space on the disk",
    errno.EDQUOT: "free some space within your quota",
}


def mending(error: OSError) -> str:
    """What mends what the system refused."""
    return _MENDING.get(error.errno or 0, "mend that")


def set_aside(file: Path) -> Path:
    """Give a damaged SQLite file, with its log, a name of its own; returns it."""
    number = 1
    while (aside := file.with_name(f"{file.stem}.damaged-{number}{file.suffix}")).exists():
        number += 1
    for ending in ("", "-wal", "-shm"):
        companion = file.with_name(file.name + ending)
        if companion.exists():
            companion.replace(aside.with_name(aside.name + ending))
    return aside


def _is_full(error: Exception, folder: Path) -> bool:
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or os.strerror(errno.ENOSPC) in str(error):
        return True
    # numpy and native libraries report a short write without the system's number
    return getattr(error, "errno", None) is None and shutil.disk_usage(folder).free < _NEARLY_NOTHING


def flush_file(path: Path) -> None:
    """Fsync a file, or a folder's list of names."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot fsync a folder
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
