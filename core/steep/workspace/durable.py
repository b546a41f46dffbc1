"""Writing that survives a power cut: files and folders are flushed before anything points at them."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from steep.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def flush_tree(folder: Path) -> None:
    """Fsync every file below a folder, and the folders."""
    for path in (*folder.rglob("*"), folder):
        _flush(path)


def replace_folder(temporary: Path, final: Path) -> None:
    """Flush a finished folder and give it its final name, in one step."""
    flush_tree(temporary)
    temporary.replace(final)
    _flush(final.parent)


def write_text(file: Path, text: str) -> None:
    """Write a whole file, or leave the old one as it was."""
    temporary = file.with_name(file.name + ".part")
    temporary.write_text(text, "utf-8")
    _flush(temporary)
    temporary.replace(file)
    _flush(file.parent)


@contextmanager
def space_needed(folder: Path) -> Iterator[None]:
    """Turns a full disk into an error that says which folder is full and that nothing was lost."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise WorkspaceError(
                f"the disk that holds {folder} is full: free some space and run the command again; "
                "what was committed before is intact."
            ) from error
        raise


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot fsync a folder
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
