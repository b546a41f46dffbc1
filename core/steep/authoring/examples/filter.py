"""Drops pairs whose question is too short to stand alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.kinds import Sifted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Filter, FilterRequest


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-filter"`."""

    words: int = Field(default=4, ge=1, description="how many words a question has at least")


class MyFilter:
    costly = False

    def __init__(self, *, words: int) -> None:
        self._words = words

    def sift(self, request: FilterRequest) -> Sifted:
        kept = tuple(pair for pair in request.pairs if len(pair.question.split()) >= self._words)
        dropped = len(request.pairs) - len(kept)
        return Sifted(kept=kept, dropped={"the question is too short": dropped} if dropped else {})


def build(options: Options, context: Context) -> Filter:
    return MyFilter(words=options.words)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="filter",
        name="my-filter",
        summary="Questions of enough words to stand alone",
        config=Options,
        build=build,
    )
