"""Embeds texts by the hashing trick (Weinberger et al. 2009): each character trigram votes for one dimension."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt

    from steep.kinds import Embedder, EmbedRequest


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-embedder"`."""

    dimension: int = Field(default=512, ge=16, le=8192, description="length of a vector")


class MyEmbedder:
    """Texts that share trigrams are near each other; the same for questions and passages."""

    def __init__(self, *, dimension: int) -> None:
        self._dimension = dimension

    @property
    def digest(self) -> str:
        return f"my-embedder:1:{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed(self, request: EmbedRequest) -> npt.NDArray[np.float32]:
        import numpy as np  # in here: whoever does not use this part does not wait for it

        vectors = np.zeros((len(request.texts), self._dimension), dtype=np.float32)  # (texts, dimension)
        for row, text in zip(vectors, request.texts, strict=True):
            for trigram in _trigrams(text):
                place, sign = _vote(trigram)
                row[place % self._dimension] += sign
        vectors[~vectors.any(axis=1), 0] = 1.0  # votes may cancel out, and a vector needs a direction
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def _trigrams(text: str) -> list[str]:
    padded = f" {' '.join(text.casefold().split())} "
    return [padded[start : start + 3] for start in range(max(1, len(padded) - 2))]


def _vote(trigram: str) -> tuple[int, int]:
    digest = hashlib.blake2b(trigram.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    number = int.from_bytes(digest, "big")
    return number >> 1, 1 if number & 1 else -1


def build(options: Options, context: Context) -> Embedder:
    return MyEmbedder(dimension=options.dimension)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="embedder",
        name="my-embedder",
        summary="Hashed character trigrams: no model, no network",
        config=Options,
        build=build,
    )
