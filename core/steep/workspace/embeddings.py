"""The embedding cache: vectors by text, model and role, so that an unchanged text is embedded once.

Vectors lie in files, not among the records: they are derived, many times as large as all that is not, and damage to
them must cost nothing else. A file holds keys with their vectors, is named by the hash of its content and never
changes; one that is not what was written is dropped, and what it held is embedded anew.
"""

from __future__ import annotations

import hashlib
import io
import logging
from typing import TYPE_CHECKING

import numpy as np

from steep.errors import ModelError
from steep.kinds import EmbedRequest, Progress
from steep.records import first_edition
from steep.workspace.durable import write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from steep.kinds import Embedder

    Vectors = npt.NDArray[np.float32]

BATCH = 256  # texts between two files: what a kill can cost
MOST = 64  # files before they are made one
_KEY = 32  # bytes
_TOLERANCE = 0.01  # of a squared length: half precision is well within

log = logging.getLogger(__name__)


class EmbeddingCache:
    """Keys are SHA-256 of (embedder's digest, role, text); values are float32 vectors."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def embed(
        self, embedder: Embedder, texts: Sequence[str], progress: Callable[[Progress], None]
    ) -> tuple[Vectors, int]:
        """Vectors of shape (texts, dimension), and how many had to be computed; raises ModelError for unsound ones."""
        self._tidy()
        keys = [_key(embedder.digest, text) for text in texts]
        vectors = np.zeros((len(texts), embedder.dimension), dtype=np.float32)
        missing = self._fill(keys, vectors)
        # long texts first: equal lengths share a batch, and the estimate of the time left errs on the safe side
        missing.sort(key=lambda row: -len(texts[row]))
        for begin in range(0, len(missing), BATCH):
            rows = missing[begin : begin + BATCH]
            vectors[rows] = _sound(embedder, tuple(texts[row] for row in rows))
            self._store([keys[row] for row in rows], vectors[rows])
            progress(Progress(stage="embed", done=begin + len(rows), total=len(missing)))
        if missing and len(self._files()) > MOST:
            self._keep(lambda key: True)
        return vectors, len(missing)

    def unused(self, digest: str, texts: Iterable[str]) -> int:
        """How many vectors are not those of these texts under this embedder."""
        return len({key for key, _ in self._read()} - {_key(digest, text) for text in texts})

    def keep_only(self, digest: str, texts: Iterable[str]) -> int:
        """Drop every vector that is not of these texts; returns how many were dropped."""
        needed = {_key(digest, text) for text in texts}
        return self._keep(needed.__contains__)

    def _tidy(self) -> None:
        """Drop what is damaged or was left half-written, and take over what steep 0.1 kept."""
        for file in (*self._folder.glob("*.part"), *(each for each in self._files() if not _is_whole(each))):
            log.warning("the cached vectors in %s are not what was written; they are embedded anew", file)
            file.unlink()
        old = self._folder.with_name(first_edition.VECTORS)
        if old.exists():
            self._write(dict(_sound_ones(first_edition.vectors(old))))
            first_edition.remove(old)

    def _keep(self, wanted: Callable[[bytes], bool]) -> int:
        """Write what is wanted into one file for each dimension, then remove the others."""
        before = self._files()
        held = dict(self._read())
        kept = {key: vector for key, vector in held.items() if wanted(key)}
        written = self._write(kept)
        for file in before:
            if file not in written:
                file.unlink()
        return len(held) - len(kept)

    def _write(self, held: Mapping[bytes, Vectors]) -> set[Path]:
        """Store vectors, those of one dimension in one file."""
        keys: dict[int, list[bytes]] = {}
        for key, vector in held.items():
            keys.setdefault(len(vector), []).append(key)
        return {self._store(same, np.stack([held[key] for key in same])) for same in keys.values()}

    def _fill(self, keys: Sequence[bytes], vectors: Vectors) -> list[int]:
        """Fill in what is known; returns the rows that are not."""
        rows: dict[bytes, list[int]] = {}
        for row, key in enumerate(keys):
            rows.setdefault(key, []).append(row)
        for key, vector in self._read():
            if key in rows and len(vector) == vectors.shape[1]:
                vectors[rows.pop(key)] = vector
        return sorted(row for missing in rows.values() for row in missing)

    def _read(self) -> Iterator[tuple[bytes, Vectors]]:
        for file in self._files():
            if _is_whole(file):
                table = np.load(file, allow_pickle=False)
                yield from zip((key.tobytes() for key in table["key"]), table["vector"], strict=True)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.npy"))

    def _store(self, keys: Sequence[bytes], vectors: Vectors) -> Path:
        layout = [("key", np.uint8, (_KEY,)), ("vector", np.float32, (vectors.shape[1],))]
        table = np.zeros(len(keys), dtype=layout)
        table["key"] = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, _KEY)
        table["vector"] = vectors
        content = io.BytesIO()
        np.save(content, table, allow_pickle=False)
        file = self._folder / f"{_name(content.getvalue())}.npy"
        self._folder.mkdir(exist_ok=True)
        write_bytes(file, content.getvalue())
        return file


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _is_whole(file: Path) -> bool:
    return _name(file.read_bytes()) == file.stem


def _sound_ones(rows: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, Vectors]]:
    """The vectors among rows of bytes; each has length 1."""
    for key, value in rows:
        if len(key) == _KEY and len(value) % 4 == 0:
            vector = np.frombuffer(value, dtype=np.float32)
            if abs(float(vector @ vector) - 1) < _TOLERANCE:
                yield key, vector


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
