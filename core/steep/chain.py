"""A log whose lines are chained: each carries the hash of the one before, so that none can be changed or taken out.

Whoever may write the file could write all of it anew; the hash of its last line, noted elsewhere, shows that too. Lines
that are too old are dropped from the front, and the chain says where, so that the rest can still be verified.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import filelock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Chain", "Verified", "verify"]

_OWNER_ONLY = 0o600
_DAY = 86_400.0
_TAIL = 65_536
_DROPPED, _HEAD = "lines-dropped", "lines-before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """``last`` is the hash of the last whole line; ``broken`` the first line that is not as it was written, from 1."""

    lines: int
    last: str
    broken: int | None = None
    why: str = ""


class Chain:
    """Appends to a chained log. Several processes may, and only the file's owner can read it.

    Lines older than ``keep_days`` are dropped, at most once a day; ``at`` of a line is seconds since the epoch.
    """

    def __init__(self, file: Path, *, keep_days: float | None = None) -> None:
        self._file = file
        self._keep = None if keep_days is None else keep_days * _DAY
        self._lock = filelock.FileLock(file.with_name(f"{file.name}.lock"), mode=_OWNER_ONLY)

    def append(self, row: Mapping[str, Any]) -> None:
        """Add a line; a row has no keys `previous` and `hash` of its own."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            last, begin = _last_line(self._file)
            if self._keep is not None and "at" in row:
                last = self._drop(float(row["at"]), last)
            _write(self._file, begin + _line(row, last))

    def _drop(self, now: float, last: str) -> str:
        """Drop what is too old; returns the hash of the last line, which then says what was dropped."""
        assert self._keep is not None
        if not self._file.exists():
            return last
        rows = (row for _, row in _rows(self._file))
        first = next((row["at"] for row in rows if row is not None and "at" in row), None)
        if first is None or now - float(first) < self._keep + _DAY:
            return last
        lines = list(_rows(self._file))
        old = [at for at, (_, row) in enumerate(lines) if row and float(row.get("at", now)) < now - self._keep]
        if not old or any(row is None for _, row in lines):  # what is broken is kept, for whoever looks into it
            return last
        left = lines[old[-1] + 1 :]
        gone = str((lines[old[-1]][1] or {}).get("hash", ""))
        head = json.dumps({"event": _HEAD, "hash": gone}, sort_keys=True) + "\n"
        note = _line({"event": _DROPPED, "at": now, "lines": len(old), "until": gone}, last)
        new = self._file.with_name(f"{self._file.name}.new")
        new.unlink(missing_ok=True)
        _write(new, head.encode() + b"".join(raw + b"\n" for raw, _ in left) + note)
        new.replace(self._file)
        return str(json.loads(note)["hash"])


def verify(file: Path) -> Verified:
    """Walk a chained log from its first line to the first that is not as it was written; raises OSError."""
    last, count, cut = "", 0, ""
    noted = False
    for number, (_, row) in enumerate(_rows(file), 1):
        if number == 1 and row is not None and row.get("event") == _HEAD:
            last = cut = str(row.get("hash", ""))
            continue
        why = _complaint(row, last)
        if why or row is None:
            return Verified(lines=count, last=last, broken=number, why=why)
        noted = noted or (row.get("event") == _DROPPED and row.get("until") == cut)
        last, count = str(row["hash"]), count + 1
    if cut and not noted:
        return Verified(lines=count, last=last, broken=1, why="nothing says that the lines before it were dropped")
    return Verified(lines=count, last=last)


def _complaint(row: Mapping[str, Any] | None, last: str) -> str:
    if row is None:
        return "it is no line of this log, or is cut short"
    if row.get("previous") != last:
        return "it does not follow the line before it: something was changed, added or taken out here"
    if row.get("hash") != _hash(row):
        return "its words are not those that were written"
    return ""


def _line(row: Mapping[str, Any], last: str) -> bytes:
    told = {**row, "previous": last}
    return (json.dumps({**told, "hash": _hash(told)}, sort_keys=True) + "\n").encode("ascii")


def _hash(row: Mapping[str, Any]) -> str:
    told = {key: value for key, value in row.items() if key != "hash"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode("ascii")).hexdigest()


def _rows(file: Path) -> Iterator[tuple[bytes, dict[str, Any] | None]]:
    with file.open("rb") as lines:
        for line in lines:
            raw = line.rstrip(b"\n")
            yield raw, _row(raw) if line.endswith(b"\n") else None


def _row(raw: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(raw)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _last_line(file: Path) -> tuple[str, bytes]:
    """The hash of the last whole line, and what must stand before the next one: a kill may have cut a line short."""
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        return "", b""
    with file.open("rb") as lines:
        lines.seek(max(0, size - _TAIL))
        tail = lines.read()
        if tail.count(b"\n") < 2 and size > _TAIL:  # a very long line
            lines.seek(0)
            tail = lines.read()
    whole = [row for each in tail.split(b"\n") if (row := _row(each)) is not None and "hash" in row]
    return str(whole[-1]["hash"]) if whole else "", b"\n" if tail and not tail.endswith(b"\n") else b""


def _write(file: Path, data: bytes) -> None:
    handle = os.open(file, os.O_APPEND | os.O_CREAT | os.O_WRONLY, _OWNER_ONLY)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)
