"""What embedders, indexes and retrievers are: passages become vectors and index files, a question becomes hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from steep.values import Hit, Passage, Scope

    Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedRequest:
    texts: tuple[str, ...]
    role: Literal["query", "passage"]


class Embedder(Protocol):
    """Turns texts into L2-normalised float32 vectors of shape (texts, dimension).

    ``digest`` names weights, pooling and prompts: embeddings are cached by it.
    """

    @property
    def digest(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, request: EmbedRequest) -> Vectors: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexBuild:
    """A complete new generation of one index, to be written below ``folder`` (which exists and is empty).

    ``vectors`` has a row a passage, or is None for an index whose offer does not ask for vectors. ``previous`` is
    the folder of the generation before, for an index that can reuse it; it must not be changed.
    """

    folder: Path
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Vectors | None = None
    previous: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexQuery:
    """``allowed`` is a mask over the ids in the order they were built, or None for all: a pre-filter."""

    text: str
    k: int
    vector: Vectors | None = None
    allowed: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Passage ids with scores, best first."""

    ids: tuple[str, ...]
    scores: tuple[float, ...]


class Searchable(Protocol):
    """An opened index: thread-safe, immutable."""

    def search(self, query: IndexQuery) -> Ranked: ...


class Index(Protocol):
    """Writes generations and opens them. ``uses_vectors`` says whether it wants embeddings."""

    @property
    def uses_vectors(self) -> bool: ...

    def build(self, request: IndexBuild) -> None: ...

    def open(self, folder: Path) -> Searchable: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalRequest:
    """``scope`` is what the principal may see; ``within`` is the caller's own filter and can only narrow it."""

    question: str
    k: int
    scope: Scope
    within: frozenset[str] | None = None


class Retriever(Protocol):
    """Finds at most k passages, best first, none outside the scope."""

    def retrieve(self, request: RetrievalRequest) -> tuple[Hit, ...]: ...


class Library(Protocol):
    """The current generation, as a retriever sees it."""

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def ids(self) -> tuple[str, ...]: ...

    def search(self, name: str, query: IndexQuery) -> Ranked: ...

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]: ...

    def mask(self, scope: Scope, within: frozenset[str] | None) -> npt.NDArray[np.bool_] | None: ...

    def embed(self, text: str) -> Vectors: ...
