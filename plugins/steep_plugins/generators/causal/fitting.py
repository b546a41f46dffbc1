"""Makes a prompt fit a model's context. The question and the rules stay whole; what goes is said.

First earlier turns go, oldest first (the question stands alone without them), then passages from the last, and at
last the end of the only passage left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.errors import ModelError
from steep_plugins.generators.drafting import messages_of, readable_passages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Asked
    from steep.values import Passage
    from steep_plugins.models.chat import Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The prompt's tokens, and what was left out to fit them; an empty ``reason`` where nothing was."""

    tokens: list[int]
    reason: str = ""


def fit(request: Asked, chat: Chat, room: int) -> Fitted:
    """The request's prompt in at most ``room`` tokens; raises ModelError where rules and question alone are longer."""
    desk = _Desk(request, chat)
    passages = readable_passages(request)
    turns, shown = len(request.history), len(passages)
    tokens = desk.tokens(passages, turns)
    while len(tokens) > room and (turns or shown > 1):
        turns, shown = (turns - 1, shown) if turns else (turns, shown - 1)
        tokens = desk.tokens(passages[:shown], turns)
    cut = False
    if len(tokens) > room and shown:
        tokens, cut = desk.cut(passages[0], room), True
    if len(tokens) > room:
        raise ModelError(
            f"the prompt has {len(tokens)} tokens without any passage, and {room} fit this model. Ask more briefly, "
            "lower `max_tokens` in [answer], or use a model with a longer context (`max_context` in [generator])."
        )
    return Fitted(tokens=tokens, reason=_reason(room, len(request.history) - turns, len(passages), shown, cut))


class _Desk:
    def __init__(self, request: Asked, chat: Chat) -> None:
        self._request = request
        self._chat = chat

    def tokens(self, passages: Sequence[Passage], turns: int) -> list[int]:
        history = self._request.history[len(self._request.history) - turns :]
        return self._chat.prompt(messages_of(self._request, passages, history))

    def cut(self, passage: Passage, room: int) -> list[int]:
        """The prompt with the longest beginning of a passage that fits, or the one with none of it."""
        low, high = 0, len(passage.text)
        best = self.tokens([replace(passage, text="")], 0)
        while low < high:
            middle = (low + high + 1) // 2
            tokens = self.tokens([replace(passage, text=passage.text[:middle])], 0)
            low, high, best = (middle, high, tokens) if len(tokens) <= room else (low, middle - 1, best)
        return best


def _reason(room: int, turns: int, passages: int, shown: int, cut: bool) -> str:
    left_out = [
        f"{turns} earlier turns left out" * (turns > 0),
        f"{passages - shown} of {passages} passages left out" * (shown < passages),
        "passage 1 cut short" * cut,
    ]
    said = ", ".join(part for part in left_out if part)
    return f"to fit {room} tokens: {said}" if said else ""
