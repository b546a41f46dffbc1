"""An index: passages become files that are searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from steep.kinds.embedder import Vectors


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
    """Passage ids with scores, best first.

    ``most`` is the score that a passage would have that holds all that was asked (1.0 for cosines), for an index that
    can tell: measured by it, scores of different questions compare.
    """

    ids: tuple[str, ...]
    scores: tuple[float, ...]
    most: float | None = None


class Searchable(Protocol):
    """An opened index: thread-safe, immutable."""

    def search(self, query: IndexQuery) -> Ranked: ...


@runtime_checkable
class Recalling(Protocol):
    """What an opened index of vectors may offer beside searching: the vectors of its rows, of length one."""

    def vectors(self, rows: Sequence[int]) -> Vectors: ...


class Index(Protocol):
    """Writes generations and opens them. ``uses_vectors`` says whether it wants embeddings."""

    @property
    def uses_vectors(self) -> bool: ...

    def build(self, request: IndexBuild) -> None: ...

    def open(self, folder: Path) -> Searchable: ...


KIND = Kind(
    name="index",
    summary="finds passages by vectors or words",
    table='[index.dense]\nuse = "NAME"',
    advice=(
        "One that searches words has `uses_vectors = False`, and is given no vectors. `allowed` is a mask "
        "over the ids in the order in which they were built; what it leaves out must not be found, since it "
        "is what the caller may not see. Files that cannot be read are `Damaged`, with the advice to run "
        "`steep index`. What is opened is used by many threads; it may give its vectors back (`Recalling`)."
    ),
)
