"""Models that are made once a machine, out of files that came otherwise, in a cache beside the user's other caches.

What is made is written beside its place and renamed when it is whole, so one that was killed leaves nothing that could
be taken for it; of two processes that want the same one, the second waits.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from steep.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK = "steep.json"
_ADVICE = {
    errno.ENOSPC: "Make room, or",
    errno.EDQUOT: "Make room, or",
    errno.EFBIG: "Raise the limit on the size of files (`ulimit -f`), or",
}


def cache_folder() -> Path:
    """Where models that were made are kept: $STEEP_CACHE, or the user's folder for caches."""
    import platformdirs

    chosen = os.environ.get("STEEP_CACHE")
    return Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("steep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What is to be made: ``source`` is what messages call it, and ``done`` what becomes of it, such as "converted".

    ``digest`` names the folder, ``needed`` is how many bytes are written at most, and ``layout`` grows when the same
    would be written differently.
    """

    digest: str
    source: str
    done: str
    needed: int
    layout: int

    @property
    def folder(self) -> Path:
        return cache_folder() / "models" / self.digest[:32]


def is_made(making: Making) -> bool:
    """Whether it is there; raises ModelError where it is of another layout, damaged, or lacks files."""
    folder = making.folder
    try:
        mark = json.loads((folder / _MARK).read_text("utf-8"))
        layout, made_of = mark["layout"], mark["sha256"]
        missing = [name for name, size in mark["files"].items() if _size(folder / name) != size]
    except FileNotFoundError:
        return False
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _stale(making, f"its {_MARK} cannot be read ({error!r})") from error
    if layout != making.layout:
        version = f"layout {layout}, this one reads {making.layout}"
        raise _stale(making, f"it was written by another version of steep ({version})")
    if made_of != making.digest or missing:
        raise _stale(making, f"it is damaged ({', '.join(missing) or 'made of another file'})")
    return True


def made(making: Making, write: Callable[[Path], None]) -> Path:
    """The folder, filled by ``write`` if it is not there yet. Raises ModelError, and what ``write`` does."""
    folder = making.folder
    if not is_made(making):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(folder.with_suffix(".lock")):
                if not is_made(making):
                    _make(making, write)
        except OSError as error:
            raise _unwritten(making, error) from error
    return folder


def _make(making: Making, write: Callable[[Path], None]) -> None:
    folder = making.folder
    for left in folder.parent.glob(f"{folder.name}.part-*"):  # of one that was killed: the lock is ours
        shutil.rmtree(left, ignore_errors=True)
    free = shutil.disk_usage(folder.parent).free
    if free < making.needed:
        raise OSError(errno.ENOSPC, f"{free / 1e6:,.0f} MB free, up to {making.needed / 1e6:,.0f} MB needed")
    part = folder.with_name(f"{folder.name}.part-{os.getpid()}")
    try:
        part.mkdir()
        write(part)
        sizes = {path.name: path.stat().st_size for path in sorted(part.iterdir())}
        mark = {"layout": making.layout, "sha256": making.digest, "source": making.source, "files": sizes}
        (part / _MARK).write_text(json.dumps(mark, indent=2) + "\n", "utf-8")
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _stale(making: Making, why: str) -> ModelError:
    return ModelError(
        f"the {making.done} model in {making.folder} cannot be used: {why}. Delete the folder; it is made again."
    )


def _unwritten(making: Making, error: OSError) -> ModelError:
    advice = _ADVICE.get(error.errno or 0, "Check its permissions, or")
    return ModelError(
        f"{making.source} could not be {making.done} into {making.folder.parent}: {error.strerror or error}. {advice} "
        "let the environment variable STEEP_CACHE name a folder elsewhere. Nothing was left behind."
    )
