"""Rows that ask in which document something is described; the training itself is steep's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.values import ChatRow, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Objective, Strategy, TuneSource
    from steep.values import Pair, Row


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-strategy"`."""

    least: int = Field(default=3, ge=1, description="words that a question must have to make a row")


class MyStrategy:
    """A row for each pair whose question has ``least`` words or more; the reply is its document's title."""

    objectives: tuple[Objective, ...] = ("reply",)

    def __init__(self, *, least: int) -> None:
        self._least = least

    def rows(self, source: TuneSource) -> Iterator[Row]:
        for pair in source.pairs:
            if pair.answerable and len(pair.question.split()) >= self._least:
                yield self._row(pair, source)

    def _row(self, pair: Pair, source: TuneSource) -> ChatRow:
        passage = source.passages(pair.passages)[0]
        asked = f"In which document do I find the answer to: {pair.question}"
        reply = passage.title or passage.path
        return ChatRow(messages=(Message(role="user", content=asked), Message(role="assistant", content=reply)))


def build(options: Options, context: Context) -> Strategy:
    return MyStrategy(least=options.least)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="strategy",
        name="my-strategy",
        summary="Learns which document answers a question",
        config=Options,
        build=build,
    )
