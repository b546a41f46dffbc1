"""Lets a frame of SQLite's log pass in which a bit is wrong, where the log's checksums do not tell which it is.

All that follows passes with it. A wrong bit in a row is told by that row's checksum later on (`seals`). One in which
page it is would put a page in the place of another: of the few bits that may be it each is tried, on a copy, until all
is whole.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from steep.records.frames import flipped, summed_anew
from steep.records.walking import read_log, write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["let_pass"]


def let_pass(database: Path) -> bool:
    """Let a frame pass of which it cannot be told which bit is wrong; returns whether there was one."""
    file = database.with_name(f"{database.name}-wal")
    content = read_log(file)
    found = flipped(content) if content else None
    if found is None or len(found.changes) == 1 or not found.matters(content):
        return False
    passing = {at: byte for at, byte in enumerate(summed_anew(content, found.start)) if byte != content[at]}
    tried = [dict([each]) for each in found.of_the_head()]
    right = next((each for each in tried if _is_whole(database, content, each)), passing)
    return write_bytes(file, right)


def _is_whole(database: Path, content: bytes, changes: Mapping[int, int]) -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / database.name
        shutil.copy(database, copy)
        copy.with_name(f"{copy.name}-wal").write_bytes(_changed(content, changes))
        try:
            with closing(sqlite3.connect(copy)) as connection:
                return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
        except sqlite3.DatabaseError:
            return False


def _changed(content: bytes, changes: Mapping[int, int]) -> bytes:
    changed = bytearray(content)
    for at, byte in changes.items():
        changed[at] = byte
    return bytes(changed)
