"""The embedding cache: vectors by text, model and role, so that an unchanged text is embedded once.

It is derived and may be deleted at any time; a damaged file is set aside and begun anew.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from steep.errors import ModelError, WorkspaceError
from steep.kinds import EmbedRequest, Progress
from steep.workspace.durable import set_aside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from steep.kinds import Embedder

    Vectors = npt.NDArray[np.float32]

BATCH = 256  # texts between two commits: what a kill can cost
_TOLERANCE = 0.01  # of a squared length: half precision is well within

log = logging.getLogger(__name__)


class EmbeddingCache:
    """Keys are SHA-256 of (embedder's digest, role, text); values are float32 vectors."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection = self._opened()

    def embed(
        self, embedder: Embedder, texts: Sequence[str], progress: Callable[[Progress], None]
    ) -> tuple[Vectors, int]:
        """Vectors of shape (texts, dimension), and how many had to be computed; raises ModelError for unsound ones."""
        try:
            with self._usable():
                return self._embed(embedder, texts, progress)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            self._begin_anew(error)
            return self._embed(embedder, texts, progress)

    def unused(self, digest: str, texts: Iterable[str]) -> int:
        """How many vectors are not those of these texts under this embedder."""
        with self._usable():
            return len(self._others(digest, texts))

    def keep_only(self, digest: str, texts: Iterable[str]) -> int:
        """Drop every vector that is not of these texts, and give its space back; returns how many were dropped."""
        with self._usable():
            others = self._others(digest, texts)
            with self._connection:
                self._connection.execute("BEGIN")
                self._connection.executemany("DELETE FROM vectors WHERE key = ?", [(key,) for key in others])
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(others)

    def _others(self, digest: str, texts: Iterable[str]) -> list[bytes]:
        needed = {_key(digest, text) for text in texts}
        return [key for (key,) in self._connection.execute("SELECT key FROM vectors") if key not in needed]

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """What the system says against using the file, said by name; damage is left to whoever can begin anew."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self._unusable(error) from error

    def _embed(
        self, embedder: Embedder, texts: Sequence[str], progress: Callable[[Progress], None]
    ) -> tuple[Vectors, int]:
        keys = [_key(embedder.digest, text) for text in texts]
        vectors = np.zeros((len(texts), embedder.dimension), dtype=np.float32)
        missing = self._fill(keys, vectors)
        # long texts first: equal lengths share a batch, and the estimate of the time left errs on the safe side
        missing.sort(key=lambda row: -len(texts[row]))
        for begin in range(0, len(missing), BATCH):
            rows = missing[begin : begin + BATCH]
            vectors[rows] = _sound(embedder, tuple(texts[row] for row in rows))
            self._store([(keys[row], vectors[row].tobytes()) for row in rows])
            progress(Progress(stage="embed", done=begin + len(rows), total=len(missing)))
        return vectors, len(missing)

    def _store(self, pairs: list[tuple[bytes, bytes]]) -> None:
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?)", pairs)

    def _fill(self, keys: Sequence[bytes], vectors: Vectors) -> list[int]:
        """Fill in what is known; returns the rows that are not, or that are damaged: a vector has length 1."""
        missing = []
        for row, key in enumerate(keys):
            found = self._connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if found is not None and len(found[0]) == vectors.shape[1] * 4:
                vector = np.frombuffer(found[0], dtype=np.float32)
                if abs(float(vector @ vector) - 1) < _TOLERANCE:
                    vectors[row] = vector
                    continue
            missing.append(row)
        return missing

    def _opened(self) -> sqlite3.Connection:
        try:
            return _connected(self._file)
        except sqlite3.OperationalError as error:
            raise self._unusable(error) from error
        except sqlite3.DatabaseError as error:
            return self._begin_anew(error)

    def _begin_anew(self, error: sqlite3.DatabaseError) -> sqlite3.Connection:
        aside = set_aside(self._file)
        log.warning("the embedding cache was damaged (%s); it is set aside as %s and filled anew", error, aside)
        self._connection = _connected(self._file)
        return self._connection

    def _unusable(self, error: sqlite3.OperationalError) -> WorkspaceError:
        return WorkspaceError(
            f"{self._file} cannot be used ({error}): free some space, or wait for another steep process, and run the "
            "command again; what was committed before is intact."
        )


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
    except BaseException:
        connection.close()
        raise
    return connection


def _sound(embedder: Embedder, texts: tuple[str, ...]) -> Vectors:
    vectors = np.asarray(embedder.embed(EmbedRequest(texts=texts, role="passage")), dtype=np.float32)
    if vectors.shape != (len(texts), embedder.dimension):
        raise ModelError(
            f"the embedder {embedder.digest} returned an array of shape {vectors.shape} for {len(texts)} texts; "
            f"expected is {(len(texts), embedder.dimension)}. Mend it, or choose another under [embedder]."
        )
    if not np.isfinite(vectors).all():
        raise ModelError(
            f"the embedder {embedder.digest} returned numbers that are not finite; its weights may be damaged. "
            "Run `steep doctor`, or choose another under [embedder]."
        )
    return vectors


def _key(digest: str, text: str) -> bytes:
    return hashlib.sha256(f"{digest}\0passage\0{text}".encode("utf-8", "surrogatepass")).digest()
