"""A filter: pairs in, the kept ones out, and the others counted by reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.values import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRequest:
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """``dropped`` counts by reason, in a few words that a user reads."""

    kept: tuple[Pair, ...]
    dropped: Mapping[str, int] = field(default_factory=dict)


class Filter(Protocol):
    """Keeps the pairs that are fit to be learned from, in their order, and notes in their scores why.

    One that is ``costly``, since it searches or asks a model, is given small batches in a balanced order until enough
    pairs are kept; the others are given all pairs at once. It may remember what it was given before.
    """

    @property
    def costly(self) -> bool: ...

    def sift(self, request: FilterRequest) -> Sifted: ...


KIND = Kind(
    name="filter",
    summary="says which pairs are not kept",
    table='[[filter]]\nuse = "NAME"',
    advice=(
        "The counts of `dropped` and what is kept make up what was given. A score is added by "
        "`pair.scored(name, value)`; the pair stays the same one. What a costly one needs it has from its "
        "context: `retriever()`, `answer`, `library`."
    ),
)
