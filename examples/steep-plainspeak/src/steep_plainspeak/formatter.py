"""Lays pairs out as steep's own formatter does, with the instruction to write plainly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.prompts import ABSTENTION, cited, closed_book_messages, grounded_messages
from steep.values import Conversation, Message

if TYPE_CHECKING:
    from steep.kinds import FormatRequest


class PlainlyAsked:
    """The prompt is the one that generators use, so a tuned model is asked as it was taught."""

    def __init__(self, *, longest: int) -> None:
        self._instruction = instruction(longest)

    def format(self, request: FormatRequest) -> Conversation:
        pair = request.pair
        if request.passages:
            asked = grounded_messages(pair.question, request.passages, self._instruction)
        else:
            asked = closed_book_messages(pair.question, self._instruction)
        return Conversation(messages=(*asked, Message(role="assistant", content=_answer(request))))


def instruction(longest: int) -> str:
    """What is added to the rules of the prompt."""
    return f"Write plainly: common words, the active voice, and sentences of at most {longest} words."


def _answer(request: FormatRequest) -> str:
    if not request.pair.answerable:
        return ABSTENTION
    golden = set(request.pair.passages)
    return cited(
        request.pair.answer,
        [number for number, passage in enumerate(request.passages, start=1) if passage.id in golden],
    )
