"""What generators that write have in common: the messages of a request, and how an abstention reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steep.kinds import Draft
from steep.prompts import ABSTENTION, MARKER, closed_book_messages, grounded_messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import GenerationRequest
    from steep.values import Message, Passage


def readable_passages(request: GenerationRequest) -> tuple[Passage, ...]:
    """The passages of a request with barred words blanked out: what must not be quoted is not even read."""
    return tuple(
        replace(hit.passage, text=_blanked(hit.passage.text, request.barred.get(hit.passage.id, ())))
        for hit in request.hits
    )


def messages_of(
    request: GenerationRequest, passages: Sequence[Passage], history: Sequence[Message]
) -> tuple[Message, ...]:
    """The request's own messages, or those that ask its question: from passages where it brings any."""
    if request.messages:
        return request.messages
    if request.hits:
        return grounded_messages(request.question, passages, request.prompt, history)
    return closed_book_messages(request.question, request.prompt, history)


def draft_of(
    text: str, *, confidence: float | None = None, reason: str = "", prompt_tokens: int = 0, tokens: int = 0
) -> Draft:
    """The draft that a text is; the agreed sentence, or no text at all, is an abstention."""
    said = text.strip()
    abstained = not said or _plain(said) == _plain(ABSTENTION)
    why = "" if not abstained else "the model wrote nothing" if not said else "the passages do not hold the answer"
    return Draft(
        text=said,
        confidence=confidence,
        abstained=abstained,
        reason="; ".join(part for part in (why, reason) if part),
        prompt_tokens=prompt_tokens,
        tokens=tokens,
    )


def _plain(text: str) -> str:
    """A sentence without citation markers, quotation marks, case and the stop at its end."""
    return " ".join(MARKER.sub(" ", text).split()).strip(" .\"'“”*").casefold()


def _blanked(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    for start, end in ranges:
        text = text[:start] + " " * (min(end, len(text)) - start) + text[end:]
    return text
