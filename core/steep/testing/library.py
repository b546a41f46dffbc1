"""A library in memory, with small real indexes, for testing retrievers without a workspace."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import numpy as np

from steep.kinds import IndexQuery, Ranked, Recalling
from steep.values import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from steep.kinds import Searchable
    from steep.kinds.embedder import Vectors
    from steep.values import Caller, Passage

__all__ = ["HashedWords", "MemoryLibrary", "memory_library"]

_WORD = re.compile(r"\w+")


class HashedWords:
    """Embeds a text as the counts of its hashed words, of length one: crude, exact and dependency-free."""

    dimension = 256

    def __call__(self, text: str) -> Vectors:
        vector = np.zeros((1, self.dimension), dtype=np.float32)
        for word in _WORD.findall(text.lower()):
            vector[0, int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % self.dimension] += 1
        length = np.linalg.norm(vector)
        return vector / length if length else vector


class _Dense:
    def __init__(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._ids, self._vectors = tuple(ids), vectors

    def search(self, query: IndexQuery) -> Ranked:
        if query.vector is None:
            raise ValueError("a dense index needs the question's vector")
        return _ranked(self._ids, (self._vectors @ query.vector.reshape(-1)).astype(np.float64), query, least=-np.inf)

    def vectors(self, rows: Sequence[int]) -> Vectors:
        return self._vectors[list(rows)]


class _Lexical:
    def __init__(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        self._ids = tuple(ids)
        self._words = [frozenset(_WORD.findall(text.lower())) for text in texts]

    def search(self, query: IndexQuery) -> Ranked:
        asked = frozenset(_WORD.findall(query.text.lower()))
        shared = np.array([len(asked & words) for words in self._words], dtype=np.float64)
        return _ranked(self._ids, shared, query, least=0.0)


def _ranked(ids: tuple[str, ...], scores: npt.NDArray[np.float64], query: IndexQuery, *, least: float) -> Ranked:
    rows = [
        row
        for row in np.argsort(-scores, kind="stable").tolist()
        if scores[row] > least and (query.allowed is None or query.allowed[row])
    ][: query.k]
    return Ranked(ids=tuple(ids[row] for row in rows), scores=tuple(float(scores[row]) for row in rows))


class MemoryLibrary:
    """Implements ``steep.kinds.Library`` over given indexes."""

    def __init__(
        self, passages: Sequence[Passage], indexes: Mapping[str, Searchable], embed: Callable[[str], Vectors]
    ) -> None:
        self._passages = {passage.id: passage for passage in passages}
        self._indexes = dict(indexes)
        self._embed = embed

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._indexes)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._passages)

    def search(self, name: str, query: IndexQuery) -> Ranked:
        return self._indexes[name].search(query)

    def vectors(self, name: str, rows: Sequence[int]) -> Vectors | None:
        index = self._indexes[name]
        return index.vectors(rows) if isinstance(index, Recalling) else None

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        return tuple(self._passages[each] for each in ids)

    def mask(self, caller: Caller, within: frozenset[str] | None) -> npt.NDArray[np.bool_] | None:
        if caller.documents is None and within is None:
            return None
        documents = [passage.document for passage in self._passages.values()]
        return np.array(
            [caller.allows(each) and (within is None or each in within) for each in documents], dtype=np.bool_
        )

    def document(self, document: str) -> Document:
        """A document of one passage: the first that has this document's id."""
        for passage in self._passages.values():
            if passage.document == document:
                return Document(path=passage.path, text=passage.text, title=passage.title)
        raise KeyError(document)

    def embed(self, text: str) -> Vectors:
        return self._embed(text)


def memory_library(passages: Sequence[Passage]) -> MemoryLibrary:
    """A library with the indexes ``dense`` (hashed words) and ``lexical`` (shared words)."""
    embed = HashedWords()
    ids = [passage.id for passage in passages]
    texts = [passage.indexed_text for passage in passages]
    vectors = np.concatenate([embed(text) for text in texts]) if texts else np.empty((0, embed.dimension), np.float32)
    return MemoryLibrary(passages, {"dense": _Dense(ids, vectors), "lexical": _Lexical(ids, texts)}, embed)
