"""A journal: one JSON line a thing done, so that what was killed does it not again.

Lines are only appended, each in one write. A torn last line, as a kill leaves it, is dropped, and so is one that is no
line of a journal.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Journal"]


class Journal:
    """What is known by its key, in memory too; ``file`` need not exist. A key added twice has its last value."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = dict(_read(file))

    def __len__(self) -> int:
        return len(self._known)

    def find(self, key: str) -> Any:
        """The value, as JSON has it; None where there is none."""
        return self._known.get(key)

    def add(self, key: str, value: Any) -> None:
        """Append a value, flushed, in one write."""
        line = json.dumps({"key": key, "value": value}, ensure_ascii=True) + "\n"
        torn = self._file.exists() and not _ends_a_line(self._file)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("ab", buffering=0) as file:
            file.write((b"\n" if torn else b"") + line.encode("ascii"))
        self._known[key] = value

    def forget(self) -> None:
        """Drop everything: it is done anew."""
        self._file.unlink(missing_ok=True)
        self._known.clear()


def _ends_a_line(file: Path) -> bool:
    with file.open("rb") as stream:
        if not stream.seek(0, 2):
            return True
        stream.seek(-1, 2)
        return stream.read(1) == b"\n"


def _read(file: Path) -> Iterator[tuple[str, Any]]:
    for line in file.read_bytes().split(b"\n") if file.exists() else []:
        try:
            row = json.loads(line)
            yield str(row["key"]), row["value"]
        except (ValueError, KeyError, TypeError):
            continue  # torn by a kill, or written by another version
