"""A retriever: a question becomes hits, with the indexes of the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from steep.kinds.embedder import Vectors
    from steep.kinds.index import IndexQuery, Ranked
    from steep.values import Caller, Document, Hit, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalRequest:
    """``caller`` says what may be seen; ``within`` (document ids) is the caller's own filter and can only narrow it."""

    question: str
    k: int
    caller: Caller
    within: frozenset[str] | None = None


class Retriever(Protocol):
    """Finds at most k passages, best first, none that the caller may not see."""

    def retrieve(self, request: RetrievalRequest) -> tuple[Hit, ...]: ...


@runtime_checkable
class Considerate(Protocol):
    """A retriever that takes its time over a question, with the one that stands for it where there are hundreds.

    Pairs are filtered, and rows for training laid out, with ``quick``.
    """

    @property
    def quick(self) -> Retriever: ...


def quickly(retriever: Retriever) -> Retriever:
    """What stands for a retriever where many questions are asked in a row: mostly itself."""
    return retriever.quick if isinstance(retriever, Considerate) else retriever


class Library(Protocol):
    """The current generation, as a retriever sees it."""

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def ids(self) -> tuple[str, ...]: ...

    def search(self, name: str, query: IndexQuery) -> Ranked: ...

    def vectors(self, name: str, rows: Sequence[int]) -> Vectors | None:
        """The vectors of passages, by their places in ``ids``; None where the index does not give them back."""
        ...

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]: ...

    def mask(self, caller: Caller, within: frozenset[str] | None) -> npt.NDArray[np.bool_] | None: ...

    def embed(self, text: str) -> Vectors: ...

    def document(self, document: str) -> Document:
        """The document with this id; raises KeyError where there is none."""
        ...


KIND = Kind(
    name="retriever",
    summary="finds passages with the indexes",
    table='[retriever]\nuse = "NAME"',
    advice=(
        "The library's `names` are the indexes of steep.toml; `mask(request.caller, request.within)` is what "
        "to hand on as `allowed`. What was found is looked at once more: a passage that the caller may not "
        "see, or that stands nowhere, ends the request. To search for other words than were asked (synonyms, "
        "abbreviations written out) is a retriever's work too: it sees every question, a rewriter only those "
        "that follow others. Whoever takes long over a question may bring a quicker one (`Considerate`)."
    ),
)
