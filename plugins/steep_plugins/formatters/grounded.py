"""The conversation of an answer from passages, word for word as generators ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.prompts import ABSTENTION, cited, grounded_messages
from steep.values import Conversation, Message

if TYPE_CHECKING:
    from steep.kinds import FormatRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """Cites the pair's own passages by their place among those shown.

    A pair whose own passages are all missing from what is shown is answered with the abstention: the model learns to
    say that it does not know, not to answer from nothing.
    """

    prompt: str = ""

    def format(self, request: FormatRequest) -> Conversation:
        asked = grounded_messages(request.pair.question, request.passages, self.prompt, rules=request.rules)
        return Conversation(messages=(*asked, Message(role="assistant", content=_answer(request))))


def _answer(request: FormatRequest) -> str:
    golden = set(request.pair.passages) if request.pair.answerable else set()
    numbers = [number for number, passage in enumerate(request.passages, start=1) if passage.id in golden]
    return cited(request.pair.answer, numbers[:1]) if numbers else ABSTENTION
