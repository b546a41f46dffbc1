"""Passage ids beside an index file: JSON lines, in the order of the index's rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from steep.errors import Damaged

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

_FILE = "ids.jsonl"
REBUILD = "Run `steep index --rebuild` to make it anew."


def write_ids(folder: Path, ids: tuple[str, ...]) -> None:
    with (folder / _FILE).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(each) + "\n" for each in ids)


def read_ids(folder: Path) -> tuple[str, ...]:
    """The ids; raises Damaged when the file is missing or not as it was written."""
    path = folder / _FILE
    try:
        with path.open(encoding="utf-8") as file:
            return tuple(str(json.loads(line)) for line in file)
    except (OSError, ValueError) as error:
        raise Damaged(f"the index file {path} cannot be read: {error}. {REBUILD}") from error


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
