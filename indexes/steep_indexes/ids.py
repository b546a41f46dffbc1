"""Passage ids beside an index file: JSON lines, in the order of the index's rows."""

from __future__ import annotations

import json
import mmap
from typing import TYPE_CHECKING

from steep.errors import Damaged

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

_FILE = "ids.jsonl"
_LINE, _QUOTE = b'\n"'
REBUILD = "Run `steep index --rebuild` to make it anew."


class Ids:
    """The ids where they lie on the disk: an index has as many as there are passages, and gives out a few."""

    def __init__(self, path: Path, data: bytes | mmap.mmap) -> None:
        import numpy as np

        self._path = path
        self._data = data
        letters = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(letters == _LINE)
        self._starts = np.concatenate([[0], ends + 1])
        quoted = (letters[self._starts[:-1]] == _QUOTE) & (letters[ends - 1] == _QUOTE)
        if self._starts[-1] != len(data) or not quoted.all():
            raise ValueError("it has a line that is no id")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, row: int) -> str:
        line = self._data[self._starts[row] : self._starts[row + 1]]
        try:
            return str(json.loads(line))
        except ValueError as error:
            raise _damaged(self._path, error) from error


def write_ids(folder: Path, ids: tuple[str, ...]) -> None:
    lines = json.dumps(ids, separators=("\n", ":"))[1:-1]
    (folder / _FILE).write_text(lines + "\n" if ids else "", encoding="utf-8", newline="\n")


def read_ids(folder: Path) -> Ids:
    """The ids, mapped into memory; raises Damaged when the file is missing or not as it was written."""
    path = folder / _FILE
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            return Ids(path, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b"")
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> Damaged:
    return Damaged(f"the index file {path} cannot be read: {error}. {REBUILD}")


def best(scores: npt.NDArray[np.float32], rows: npt.NDArray[np.int64], k: int) -> npt.NDArray[np.int64]:
    """Positions in ``rows`` of the k best scores, best first; equal scores in the order of the rows."""
    import numpy as np

    if k <= 0:
        return np.empty(0, dtype=np.int64)
    if k < len(scores):
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        kept = np.flatnonzero(scores >= least)
    else:
        kept = np.arange(len(scores))
    order = np.lexsort((rows[kept], -scores[kept]))[:k]
    return kept[order]
