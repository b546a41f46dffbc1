"""Lays a pair out as one turn: the passages as notes, the question, and the answer to learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.prompts import ABSTENTION
from steep.values import Conversation, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import FormatRequest, Formatter


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-formatter"`."""

    heading: str = Field(default="Notes:", description="the line above the passages")


class MyFormatter:
    """Without passages, the question stands alone; an unanswerable pair is answered by saying so."""

    def __init__(self, *, heading: str) -> None:
        self._heading = heading

    def format(self, request: FormatRequest) -> Conversation:
        notes = [f"{number}. {passage.text}" for number, passage in enumerate(request.passages, start=1)]
        above = [self._heading, *notes, ""] if notes else []
        asked = "\n".join([*above, request.pair.question])
        answer = request.pair.answer if request.pair.answerable else ABSTENTION
        return Conversation(messages=(Message(role="user", content=asked), Message(role="assistant", content=answer)))


def build(options: Options, context: Context) -> Formatter:
    return MyFormatter(heading=options.heading)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="formatter",
        name="my-formatter",
        summary="Passages as a numbered list, then the question, without rules",
        config=Options,
        build=build,
    )
