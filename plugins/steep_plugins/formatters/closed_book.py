"""The conversation of an answer from memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.prompts import ABSTENTION, closed_book_messages
from steep.values import Conversation, Message

if TYPE_CHECKING:
    from steep.kinds import FormatRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedBook:
    """Shows no passages, whatever the request holds."""

    prompt: str = ""

    def format(self, request: FormatRequest) -> Conversation:
        asked = closed_book_messages(request.pair.question, self.prompt)
        answer = request.pair.answer if request.pair.answerable else ABSTENTION
        return Conversation(messages=(*asked, Message(role="assistant", content=answer)))
