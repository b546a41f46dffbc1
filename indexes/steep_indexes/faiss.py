"""The index `faiss`: inner product of unit vectors, which is their cosine.

An index is opened where it lies on the disk, so that opening takes no time and a process no memory of its own for it.
Exact up to ``exact_until`` passages; then eight bits a number, and clusters beyond ``flat_until``. Never a graph
(HNSW): its recall suffers under the filters that scopes are. Filters are applied inside the search, so k hits come
back whenever k passages are allowed, and a narrow filter looks into more clusters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from steep.errors import Damaged, NotIndexed
from steep.kinds import IndexBuild, IndexQuery, Ranked
from steep_indexes.ids import REBUILD, best, read_ids, write_ids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from steep.kinds import Vectors
    from steep_indexes.ids import Ids

_swig: Any = faiss  # its type information leaves out what the Python layer adds
_FILE = "vectors.faiss"
_SEED = 1234


class FaissIndex:
    """Writes and opens generations; the file says which sort of index it is."""

    uses_vectors = True

    def __init__(self, *, exact_until: int = 200_000, flat_until: int = 1_000_000, probes: int = 64) -> None:
        self.exact_until = exact_until
        self.flat_until = flat_until
        self.probes = probes

    def build(self, request: IndexBuild) -> None:
        if request.vectors is None or len(request.vectors) != len(request.ids):
            raise ValueError("the index `faiss` needs a vector for each id")
        vectors = np.ascontiguousarray(request.vectors, dtype=np.float32)
        if vectors.size and not np.isfinite(vectors).all():
            raise ValueError("the index `faiss` was given vectors that are not finite")
        index = self._empty(len(vectors), vectors.shape[1] if vectors.ndim == 2 else 0)
        if len(vectors):
            if not index.is_trained:
                index.train(_sample(vectors))
            index.add(vectors)
        faiss.write_index(index, str(request.folder / _FILE))
        write_ids(request.folder, request.ids)

    def open(self, folder: Path) -> FaissSearch:
        path = folder / _FILE
        try:
            # mapped, not read: it is open at once, and its pages are the system's to drop
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except (RuntimeError, MemoryError) as error:
            raise Damaged(f"the index file {path} cannot be read: {error}. {REBUILD}") from error
        ids = read_ids(folder)
        if index.ntotal != len(ids):
            raise Damaged(f"the index file {path} holds {index.ntotal} vectors for {len(ids)} passages. {REBUILD}")
        if hasattr(index, "make_direct_map"):
            index.make_direct_map()  # so that clusters give their vectors back
        return FaissSearch(index, ids, probes=self.probes)

    def _empty(self, count: int, dimension: int) -> Any:
        if count <= self.exact_until:
            return faiss.IndexFlatIP(dimension)
        if count <= self.flat_until:
            return faiss.index_factory(dimension, "SQ8", faiss.METRIC_INNER_PRODUCT)
        clusters = max(1, min(int(4 * count**0.5), count // 39))
        index: Any = faiss.index_factory(dimension, f"IVF{clusters},SQ8", faiss.METRIC_INNER_PRODUCT)
        index.cp.seed = _SEED
        return index


class FaissSearch:
    """An opened generation; read only, so threads may share it."""

    def __init__(self, index: Any, ids: Ids, *, probes: int) -> None:
        self._index = index
        self._ids = ids
        self._probes = probes

    def search(self, query: IndexQuery) -> Ranked:
        if query.vector is None:
            raise ValueError("the index `faiss` needs the question's vector")
        available = len(self._ids) if query.allowed is None else int(np.count_nonzero(query.allowed))
        wanted = min(query.k, available)
        if wanted <= 0:
            return Ranked(ids=(), scores=())
        vector = np.ascontiguousarray(query.vector, dtype=np.float32).reshape(1, -1)
        if vector.shape[1] != self._index.d:
            raise NotIndexed(
                f"the index holds vectors of {self._index.d} numbers, and the embedder in use now makes "
                f"{vector.shape[1]}: another one made it. Run `steep index`."
            )
        # under a filter as many clusters more, so that as many passages are looked at as without one
        probes = -(-self._probes * len(self._ids) // available)
        scores, rows = self._find(vector, wanted, query.allowed, probes)
        order = best(scores, rows, wanted)
        return Ranked(
            ids=tuple(self._ids[row] for row in rows[order].tolist()),
            scores=tuple(scores[order].tolist()),
            most=1.0,
        )

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """The vectors of rows, as exactly as this sort of index holds them."""
        found: Vectors = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return found

    def _find(
        self, vector: Vectors, k: int, allowed: npt.NDArray[np.bool_] | None, probes: int
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        clusters = getattr(self._index, "nlist", 0)
        probes = min(probes, clusters)
        while True:
            scores, rows = self._index.search(vector, k, params=_parameters(allowed, probes))
            found = rows[0] >= 0
            if probes >= clusters or int(found.sum()) == k:
                return scores[0][found], rows[0][found]
            probes = min(clusters, probes * 4)  # these clusters hold too little that is allowed


def _parameters(allowed: npt.NDArray[np.bool_] | None, probes: int) -> Any:
    chosen: dict[str, Any] = {}
    if allowed is not None:
        bits = np.packbits(allowed, bitorder="little")
        chosen["sel"] = _swig.IDSelectorBitmap(bits)
    if probes:
        return _swig.SearchParametersIVF(nprobe=probes, **chosen)
    return faiss.SearchParameters(**chosen) if chosen else None


def _sample(vectors: Vectors) -> Vectors:
    """At most 256,000 vectors to train on, evenly spread, so that the same input trains the same index."""
    step = max(1, len(vectors) // 256_000)
    return np.ascontiguousarray(vectors[::step])
