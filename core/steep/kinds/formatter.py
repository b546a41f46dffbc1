"""A formatter: a pair becomes a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from steep.values import Conversation, Pair, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatRequest:
    """``passages`` are those that the model shall see with the question, golden and others, in that order.

    ``rules`` are those that the model was taught to answer by, where a tuning goes on from that; "" for steep's own.
    """

    pair: Pair
    passages: tuple[Passage, ...] = ()
    rules: str = ""


class Formatter(Protocol):
    """Lays a pair out as a conversation whose last message is the assistant's answer."""

    def format(self, request: FormatRequest) -> Conversation: ...


KIND = Kind(
    name="formatter",
    summary="lays pairs out as conversations to learn from",
    table='[formatter]\nuse = "NAME"',
    advice=(
        "What answers is asked as it was tuned, so a formatter with a prompt of its own wants the same words "
        "as `prompt` of the profile. A pair without an answer ends in `steep.prompts.ABSTENTION`."
    ),
)
