"""An embedder: texts become vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

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


@runtime_checkable
class Counting(Protocol):
    """An embedder that counts tokens; of each text it ``reads`` so many, and no more."""

    @property
    def reads(self) -> int: ...

    def count(self, texts: Sequence[str]) -> Sequence[int]:
        """How many tokens each text has, also where not all are read."""
        ...


KIND = Kind(
    name="embedder",
    summary="turns texts into vectors",
    table='[embedder]\nuse = "NAME"',
    advice=(
        "`role` says whether a text is a question or a passage, for models that want a prompt before either. "
        "Whoever can count tokens is `Counting` as well."
    ),
)
