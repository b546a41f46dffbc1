"""Makes a question stand alone that begins with one of a list of words, by naming what was asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Rewriter, RewriteRequest


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-rewriter"`."""

    language: str = Field(default="de", description="the code of the language that the words are in")
    words: list[str] = Field(default=["und", "aber"], description="a question that begins so leans on the one before")


class MyRewriter:
    def __init__(self, *, language: str, words: Sequence[str]) -> None:
        self._language = language
        self._words = frozenset(word.casefold() for word in words)

    def rewrite(self, request: RewriteRequest) -> str | None:
        if request.language.code != self._language:
            return None
        asked = [turn.content for turn in request.history if turn.role == "user"]
        first = request.question.casefold().split()[:1]
        leans = bool(asked and asked[-1].strip() and first and first[0].strip(",") in self._words)
        return f"{asked[-1].rstrip(' ?')}: {request.question}" if leans else request.question


def build(options: Options, context: Context) -> Rewriter:
    return MyRewriter(language=options.language, words=options.words)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="rewriter",
        name="my-rewriter",
        summary="Names what was asked before, in a question that begins with a word of a list",
        config=Options,
        build=build,
    )
