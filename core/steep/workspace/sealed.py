"""A folder with a list of its files, so that damage to any of them is noticed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILES = "files.json"


def seal(folder: Path) -> None:
    """Write the list of what is in a finished folder."""
    files = {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": _digest(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    (folder / FILES).write_text(json.dumps(files, indent=1), "utf-8")


def damage(folder: Path, *, thorough: bool = False) -> str:
    """What is wrong with a sealed folder, or an empty string; ``thorough`` reads its files, not only their sizes."""
    try:
        files = json.loads((folder / FILES).read_text("utf-8"))
        listed = [(folder / name, int(entry["bytes"]), str(entry["sha256"])) for name, entry in files.items()]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return f"{folder} is missing or has no readable {FILES}"
    for file, size, digest in listed:
        if not file.is_file():
            return f"{file} is missing"
        if file.stat().st_size != size:
            return f"{file} has {file.stat().st_size} bytes instead of {size}"
        if thorough and _digest(file) != digest:
            return f"{file} is not what was written"
    return ""


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
