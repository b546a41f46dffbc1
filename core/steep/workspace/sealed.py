"""A folder with a list of its files, so that damage to any of them is noticed, and a flipped bit can be put right."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FILES = "files.json"
_PIECE = 1 << 20  # bytes


def seal(folder: Path) -> None:
    """Write the list of what is in a finished folder."""
    files = {
        path.relative_to(folder).as_posix(): _entry(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != FILES
    }
    (folder / FILES).write_text(json.dumps(files, indent=1), "utf-8")


def is_sealed(folder: Path) -> bool:
    return (folder / FILES).exists()


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


def mend(folder: Path) -> tuple[Path, ...]:
    """Put right each file in which one bit was flipped, the list too; returns them. What is damaged more stays so."""
    from steep.workspace.durable import write_bytes

    mended = []
    for name, entry in _list(folder).items():
        right = _right(folder / name, entry)
        if right is not None:
            write_bytes(folder / name, right)
            mended.append(folder / name)
    if is_sealed(folder) and damage(folder, thorough=True):
        written = _right_list(folder)
        if written is not None:
            write_bytes(folder / FILES, written)
            mended.append(folder / FILES)
    return tuple(mended)


def _list(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / FILES).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _right(file: Path, entry: Any) -> bytes | None:
    """What a file held, where it is a bit away from that; None also where nothing is wrong with it."""
    from steep.records.bits import put_right

    try:
        content = file.read_bytes()
        digest, checksum = str(entry["sha256"]), int(entry["crc32"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if hashlib.sha256(content).hexdigest() == digest:
        return None
    right = put_right(content, zlib.crc32(content) ^ checksum)
    return right if right is not None and hashlib.sha256(right).hexdigest() == digest else None


def _right_list(folder: Path) -> bytes | None:
    """The list that fits the files, a bit away from the one that does not."""
    spoiled = (folder / FILES).read_bytes()
    fits = {
        path.relative_to(folder).as_posix(): _entry(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != FILES
    }
    for bit in range(8 * len(spoiled)):
        candidate = bytearray(spoiled)
        candidate[bit // 8] ^= 1 << bit % 8
        try:
            if json.loads(bytes(candidate)) == fits:
                return bytes(candidate)
        except ValueError:
            continue
    return None


def _entry(file: Path) -> dict[str, Any]:
    return {"bytes": file.stat().st_size, "sha256": _digest(file), "crc32": _checksum(file)}


def _checksum(file: Path) -> int:
    found = 0
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            found = zlib.crc32(piece, found)
    return found


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
