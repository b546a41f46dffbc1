"""The rerankers that come with steep. Importing this loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Reranker


class DistinctOptions(BaseModel, extra="forbid", frozen=True):
    alike: float = Field(0.8, gt=0, le=1, description="share of words in common from which two passages are copies")


def build_distinct(options: DistinctOptions, context: Context) -> Reranker:
    from steep_plugins.rerankers.distinct import Distinct

    return Distinct(alike=options.alike)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="reranker",
        name="distinct",
        summary="Puts copies of a passage behind the others, so that one text does not take every place",
        config=DistinctOptions,
        build=build_distinct,
    )
