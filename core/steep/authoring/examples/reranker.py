"""Moves passages up that hold the question's rare words, whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Reranker, RerankRequest
    from steep.values import Hit


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-reranker"`."""

    weight: float = Field(default=1.0, ge=0, description="what a word counts beside the score it was found with")


class MyReranker:
    """Counts the words of a question that stand in a passage, each by how few of the passages have it."""

    def __init__(self, *, weight: float) -> None:
        self._weight = weight

    def rerank(self, request: RerankRequest) -> tuple[Hit, ...]:
        asked = set(request.question.casefold().split())
        held = [asked & set(hit.passage.text.casefold().split()) for hit in request.hits]
        scores = [
            hit.score + self._weight * sum(1 / sum(word in other for other in held) for word in words)
            for hit, words in zip(request.hits, held, strict=True)
        ]
        order = sorted(range(len(scores)), key=lambda at: -scores[at])[: request.k]
        return tuple(replace(request.hits[at], score=scores[at], rank=rank) for rank, at in enumerate(order, start=1))


def build(options: Options, context: Context) -> Reranker:
    return MyReranker(weight=options.weight)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="reranker",
        name="my-reranker",
        summary="Prefers passages that hold the question's rare words",
        config=Options,
        build=build,
    )
