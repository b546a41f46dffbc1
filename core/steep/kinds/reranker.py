"""A reranker: hits become hits, in a better order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from steep.values import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankRequest:
    """``hits`` as they were retrieved, best first; at most ``k`` of them are wanted."""

    question: str
    hits: tuple[Hit, ...]
    k: int


class Reranker(Protocol):
    """Orders hits anew: it invents none, and ranks them from 1 with descending scores."""

    def rerank(self, request: RerankRequest) -> tuple[Hit, ...]: ...


KIND = Kind(
    name="reranker",
    summary="orders what was found anew",
    table='[reranker]\nuse = "NAME"',
    advice=(
        "It is given as many passages as `candidates` of [answer] says. Ranks are counted anew from the order"
        " in which they come back."
    ),
)
