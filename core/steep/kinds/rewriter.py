"""A rewriter: a question that leans on the turns before it becomes one that stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from steep.language import Language
    from steep.values import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteRequest:
    """``history`` holds the turns before, oldest first, without citation markers and system messages.

    ``language`` is the one that the conversation is in; its code is "" where too little was said to tell.
    """

    question: str
    history: tuple[Message, ...]
    language: Language


class Rewriter(Protocol):
    """Gives back a question that stands alone as it is, and None where it knows nothing of the language."""

    def rewrite(self, request: RewriteRequest) -> str | None: ...


KIND = Kind(
    name="rewriter",
    summary="makes a question stand alone that leans on the turns before it",
    table='[[rewriter]]\nuse = "NAME"',
    advice=(
        "It is asked only where turns stand before the question. Each is asked in turn until one gives a "
        "question; the language is in the request."
    ),
)
