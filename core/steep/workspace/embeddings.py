"""The embedding cache: vectors by text, model and role, so that an unchanged text is embedded once.

It is derived and may be deleted at any time; a damaged file is set aside and begun anew.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from typing import TYPE_CHECKING

import numpy as np

from steep.kinds import EmbedRequest, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from steep.kinds import Embedder

BATCH = 256  # texts between two commits: what a kill can cost

log = logging.getLogger(__name__)


class EmbeddingCache:
    """Keys are SHA-256 of (embedder's digest, role, text); values are float32 vectors."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            aside = file.with_suffix(".damaged")
            file.replace(aside)
            log.warning("the embedding cache was damaged (%s); it is set aside as %s and filled anew", error, aside)
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, isolation_level=None, timeout=30)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        return connection

    def embed(
        self, embedder: Embedder, texts: Sequence[str], progress: Callable[[Progress], None]
    ) -> tuple[npt.NDArray[np.float32], int]:
        """Vectors of shape (texts, dimension), and how many had to be computed."""
        keys = [_key(embedder.digest, text) for text in texts]
        vectors = np.zeros((len(texts), embedder.dimension), dtype=np.float32)
        missing = self._fill(keys, vectors)
        # long texts first: equal lengths share a batch, and the estimate of the time left errs on the safe side
        missing.sort(key=lambda row: -len(texts[row]))
        for begin in range(0, len(missing), BATCH):
            rows = missing[begin : begin + BATCH]
            fresh = embedder.embed(EmbedRequest(texts=tuple(texts[row] for row in rows), role="passage"))
            vectors[rows] = fresh
            pairs = [(keys[row], vector.astype(np.float32).tobytes()) for row, vector in zip(rows, fresh, strict=True)]
            with self._connection:
                self._connection.execute("BEGIN")
                self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?)", pairs)
            progress(Progress(stage="embed", done=begin + len(rows), total=len(missing)))
        return vectors, len(missing)

    def _fill(self, keys: Sequence[bytes], vectors: npt.NDArray[np.float32]) -> list[int]:
        missing = []
        for row, key in enumerate(keys):
            found = self._connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if found is None or len(found[0]) != vectors.shape[1] * 4:
                missing.append(row)
            else:
                vectors[row] = np.frombuffer(found[0], dtype=np.float32)
        return missing

    def close(self) -> None:
        self._connection.close()


def _key(digest: str, text: str) -> bytes:
    return hashlib.sha256(f"{digest}\0passage\0{text}".encode("utf-8", "surrogatepass")).digest()
