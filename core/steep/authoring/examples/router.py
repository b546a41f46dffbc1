"""Sends questions that name a word to the profile that was tuned for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.kinds import Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from steep.kinds import Router, RouteRequest


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-router"`."""

    words: dict[str, str] = Field(default={}, description="the profile to take, by a word of the question")


class MyRouter:
    def __init__(self, *, words: Mapping[str, str]) -> None:
        self._words = {word.casefold(): profile for word, profile in words.items()}

    def route(self, request: RouteRequest) -> Route:
        for word in request.question.casefold().split():
            profile = self._words.get(word.strip(".,;:?!"))
            if profile in request.profiles:
                return Route(profile=str(profile), reason=f"the question names {word!r}")
        return Route(profile=request.profiles[0], reason="no listed word stands in the question")


def build(options: Options, context: Context) -> Router:
    return MyRouter(words=options.words)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="router",
        name="my-router",
        summary="Chooses the profile by a word of the question",
        config=Options,
        build=build,
    )
