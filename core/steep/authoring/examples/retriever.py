"""Retrieves from a single index, and keeps only what scores well enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import ConfigError
from steep.kinds import IndexQuery
from steep.values import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Library, RetrievalRequest, Retriever


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-retriever"`."""

    index: str = Field(default="dense", description="the index to search: the name behind [index.…]")
    at_least: float | None = Field(default=None, description="leave out hits with a lower score")


class MyRetriever:
    """Asks one index of the library for the k best passages that the caller may see."""

    def __init__(self, *, library: Library | None, index: str, at_least: float | None) -> None:
        if library is None or index not in library.names:
            names = ", ".join(library.names) if library else "none"
            raise ConfigError(f"the retriever `my-retriever` searches the index `{index}`; steep.toml has: {names}.")
        self._library = library
        self._index = index
        self._at_least = at_least

    def retrieve(self, request: RetrievalRequest) -> tuple[Hit, ...]:
        if not request.question.strip() or request.k < 1:
            return ()
        query = IndexQuery(
            text=request.question,
            k=request.k,
            vector=self._library.embed(request.question),
            allowed=self._library.mask(request.caller, request.within),
        )
        found = self._library.search(self._index, query)
        kept = [
            (identity, score)
            for identity, score in zip(found.ids, found.scores, strict=True)
            if self._at_least is None or score >= self._at_least
        ]
        passages = self._library.passages([identity for identity, _ in kept])
        return tuple(
            Hit(passage=passage, score=score, rank=rank, parts={self._index: score})
            for rank, (passage, (_, score)) in enumerate(zip(passages, kept, strict=True), start=1)
        )


def build(options: Options, context: Context) -> Retriever:
    return MyRetriever(library=context.library, index=options.index, at_least=options.at_least)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="retriever",
        name="my-retriever",
        summary="The hits of one index, with a lowest score",
        config=Options,
        build=build,
    )
