"""What generators that write have in common: the messages of a request, and how an abstention reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steep.kinds import Abstain, Said, Weighed
from steep.prompts import ABSTENTION, MARKER, closed_book_messages, grounded_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Asked, Saying
    from steep.values import Message, Passage


def readable_passages(request: Asked) -> tuple[Passage, ...]:
    """The passages of a request with barred words blanked out: what must not be quoted is not even read."""
    return tuple(
        replace(hit.passage, text=_blanked(hit.passage.text, request.barred.get(hit.passage.id, ())))
        for hit in request.hits
    )


def messages_of(request: Asked, passages: Sequence[Passage], history: Sequence[Message]) -> tuple[Message, ...]:
    """The messages that ask a question: from passages where it brings any."""
    if request.hits:
        return grounded_messages(request.question, passages, request.prompt, history)
    return closed_book_messages(request.question, request.prompt, history)


def sayings_of(
    text: str, *, confidence: float | None = None, reason: str = "", prompt_tokens: int = 0, tokens: int = 0
) -> Iterator[Saying]:
    """What a text says; the agreed sentence, or no text at all, is an abstention."""
    said = text.strip()
    yield Weighed(confidence=confidence, prompt_tokens=prompt_tokens, tokens=tokens, note=reason)
    if not said or _plain(said) == _plain(ABSTENTION):
        why = "the model wrote nothing" if not said else "the passages do not hold the answer"
        yield Abstain(reason="; ".join(part for part in (why, reason) if part))
    else:
        yield Said(text=said)


def _plain(text: str) -> str:
    """A sentence without citation markers, quotation marks, case and the stop at its end."""
    return " ".join(MARKER.sub(" ", text).split()).strip(" .\"'“”*").casefold()


def _blanked(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    for start, end in ranges:
        text = text[:start] + " " * (min(end, len(text)) - start) + text[end:]
    return text
