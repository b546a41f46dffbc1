"""Copies of one text go behind: the places of an answer are for passages that say something new."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steep.language import words

if TYPE_CHECKING:
    from steep.kinds import RerankRequest
    from steep.values import Hit


class Distinct:
    """Two passages are copies when at least ``alike`` of the words of both together stand in both."""

    def __init__(self, *, alike: float) -> None:
        self._alike = alike

    def rerank(self, request: RerankRequest) -> tuple[Hit, ...]:
        kept: list[tuple[Hit, frozenset[str]]] = []
        copies: list[Hit] = []
        for hit in request.hits:
            said = frozenset(word.text.casefold() for word in words(hit.passage.text))
            if any(_share(said, other) >= self._alike for _, other in kept):
                copies.append(hit)
            else:
                kept.append((hit, said))
        ordered = [*(hit for hit, _ in kept), *copies][: request.k]
        return tuple(replace(hit, rank=rank, score=1.0 / rank) for rank, hit in enumerate(ordered, start=1))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    together = one | other
    return len(one & other) / len(together) if together else 1.0
