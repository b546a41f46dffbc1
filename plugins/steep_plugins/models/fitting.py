"""Makes the messages of a request fit a model's context, and says what was left out.

Rules (the system's message) and the end of the last message, where the question stands, are kept. First earlier turns
go, oldest first; then the middle of the last message.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.values import Message

    Layout = Callable[[Sequence[Message]], list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedPrompt:
    """The prompt's tokens; ``note`` says what was left out, and is empty where nothing was."""

    tokens: list[int]
    note: str = ""


def fit_messages(messages: Sequence[Message], layout: Layout, room: int) -> FittedPrompt:
    """The messages in at most ``room`` tokens; raises ModelError where even the rules are longer."""
    tokens = layout(messages)
    if len(tokens) <= room:
        return FittedPrompt(tokens=tokens)
    rules = [each for each in messages[:-1] if each.role == "system"]
    turns = [each for each in messages[:-1] if each.role != "system"]
    dropped = 0
    while turns and len(tokens) > room:
        turns, dropped = turns[1:], dropped + 1
        tokens = layout([*rules, *turns, messages[-1]])
    notes = [f"{dropped} earlier turn{'s' * (dropped > 1)} left out"] if dropped else []
    if len(tokens) > room:
        tokens, characters = _cut(rules, messages[-1], layout, room)
        notes.append(f"{characters} characters cut out of the middle of the last message")
    return FittedPrompt(tokens=tokens, note=f"to fit {room} tokens: {', '.join(notes)}")


def _cut(rules: Sequence[Message], last: Message, layout: Layout, room: int) -> tuple[list[int], int]:
    """The prompt with as much of the last message as fits, and how many characters went."""

    def laid_out(kept: int) -> list[int]:
        head = kept // 2
        content = last.content[:head] + last.content[len(last.content) - (kept - head) :]
        return layout([*rules, replace(last, content=content)])

    best = laid_out(0)
    if len(best) > room:
        raise ModelError(
            f"the prompt has {len(best)} tokens without the last message, and {room} fit this model beside the reply. "
            "Shorten the rules, lower `max_tokens`, or use a model with a longer context."
        )
    low, high = 0, len(last.content)
    while low < high:
        middle = (low + high + 1) // 2
        tokens = laid_out(middle)
        low, high, best = (middle, high, tokens) if len(tokens) <= room else (low, middle - 1, best)
    return best, len(last.content) - low
