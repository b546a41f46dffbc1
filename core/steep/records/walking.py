"""SQLite's write-ahead log, walked before SQLite does: a bit that was flipped in it would cost all that stands behind.

After a kill SQLite reads a log up to the first frame whose checksum is wrong: there it takes what was not finished to
begin. Where one flipped bit, and no other, explains the wrong checksum, it is put right. Of the highest bits of a word
the checksums do not tell which one it was: then nothing is opened that would drop it, and `steep doctor --rebuild` lets
the frame pass, with the bit in it, for the rows' own checksums to tell. Where another process is at work the log is
walked too (0.1 s for 4 MB); a frame that is just being written differs in more than a bit.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from steep.records.frames import flipped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["mend_log", "read_log", "write_bytes"]

log = logging.getLogger(__name__)

_LARGEST = 64_000_000  # bytes; a log is begun anew long before


def mend_log(file: Path) -> str:
    """Put right the bit that was flipped in a log, if one was; returns what is wrong where that cannot be done."""
    content = read_log(file)
    found = flipped(content) if content else None
    if found is None:
        return ""
    if len(found.changes) == 1:
        done = write_bytes(file, dict(found.changes))
        return "" if done else f"one bit of {file.name} is wrong, and it cannot be written"
    # what was not committed is dropped in any case
    return f"one bit of {file.name} is wrong, and it cannot be told which" if found.matters(content) else ""


def read_log(file: Path) -> bytes:
    """The bytes of a log; none where there is none, or none that can be looked at."""
    try:
        return file.read_bytes() if file.stat().st_size <= _LARGEST else b""
    except OSError:
        return b""


def write_bytes(file: Path, changes: Mapping[int, int]) -> bool:
    """Write single bytes of a log, given their places; returns whether that could be done."""
    try:
        with file.open("r+b") as opened:
            for at, byte in changes.items():
                opened.seek(at)
                opened.write(bytes([byte]))
            opened.flush()
            os.fsync(opened.fileno())
    except OSError:
        return False
    log.warning("one bit of %s was flipped, and was put right", file)
    return True
