"""Rows of training as token ids, with labels on what is learned: running text, replies, and preferred replies."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from steep.engine.packing import IGNORED
from steep.errors import DatasetError
from steep.kinds import Dropped
from steep.values import ChatRow, Message, PreferenceRow, TextRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from steep.kinds import Features
    from steep.values import Row
    from steep_plugins.models.chat import Chat

WINDOW = 1024
"""Tokens of running text that are learned together; longer text is cut, and what is cut is learned too."""


MILLION = 1_000_000


class TooLong(Exception):
    """A conversation is longer than the context: cut, it would lose its rules or its answer."""


def encode(
    rows: Sequence[Row], chat: Chat, *, context: int, separate: bool = False
) -> tuple[list[Mapping[str, list[int]]], Dropped]:
    """Features of the rows: ``input_ids``, ``labels``, how many of them are ``supervised``, how much was ``asked``.

    ``shared`` is how much may be shared with other rows when they are packed. A preference has the tokens of its other
    reply in ``rejected``, and its ``beta`` in millionths, as features are whole numbers. ``separate`` is for
    encoder-decoders, whose reply is not part of ``input_ids``.
    """
    found: list[Mapping[str, list[int]]] = []
    dropped: Counter[str] = Counter()
    for row in rows:
        try:
            found += _features(row, chat, context, separate)
        except TooLong:
            dropped[f"longer than the {context} tokens of the model's context"] += 1
    return found, Dropped(reasons=dict(dropped))


def _features(row: Row, chat: Chat, context: int, separate: bool) -> list[Features]:
    if isinstance(row, ChatRow):
        return [_reply(row.messages, chat, context, separate)]
    if isinstance(row, TextRow) and not separate:
        return list(_windows(chat.text(row.text), min(context, WINDOW)))
    if isinstance(row, PreferenceRow) and not separate:
        return [_preference(row, chat, context)]
    raise DatasetError(f"this model cannot learn from a {type(row).__name__}.")


def _reply(messages: Sequence[Message], chat: Chat, context: int, separate: bool = False) -> Features:
    prompt, reply = chat.reply(messages)
    if max(len(prompt), len(reply)) > context or (not separate and len(prompt) + len(reply) > context):
        raise TooLong
    if len(reply) < 2 or reply[-1] not in chat.stops:  # a token of the answer, and the one that ends the turn
        raise DatasetError(
            f"the conversation that asks {messages[-2].content[-80:]!r} leaves nothing to learn: its answer has no "
            "tokens of its own, or the chat template does not end a turn."
        )
    counts = {"supervised": [len(reply)], "asked": [len(prompt)]}
    if separate:
        return {"input_ids": prompt, "labels": reply, **counts}
    # the last token of the prompt predicts the first of the reply, so it is each row's own
    shared = [max(0, len(prompt) - 1)]
    return {"input_ids": prompt + reply, "labels": [IGNORED] * len(prompt) + reply, "shared": shared, **counts}


def _windows(ids: list[int], window: int) -> Iterator[Features]:
    for at in range(0, len(ids), window):
        part = ids[at : at + window]
        if len(part) > 1:
            yield {"input_ids": part, "labels": part, "shared": [0], "supervised": [len(part) - 1], "asked": [0]}


def _preference(row: PreferenceRow, chat: Chat, context: int) -> Features:
    chosen, rejected = (
        _reply((*row.messages, Message(role="assistant", content=reply)), chat, context)
        for reply in (row.chosen, row.rejected)
    )
    other = rejected["input_ids"][rejected["asked"][0] :]
    beta = [round(row.beta * MILLION)]
    return {**chosen, "supervised": [1], "rejected": other, "beside": [len(other)], "beta": beta}


def both_replies(row: Features) -> list[Features]:
    """The two rows of a preference, chosen first; they share their prompt."""
    prompt, other = row["input_ids"][: row["asked"][0]], row["rejected"]
    rejected = {"input_ids": prompt + other, "labels": [IGNORED] * len(prompt) + other, "shared": row["shared"]}
    return [row, rejected]


def right_padded(features: Sequence[Features], pad: int) -> dict[str, Any]:
    """A batch for an encoder-decoder: what is read, and what is written."""
    import torch

    width = max(len(row["input_ids"]) for row in features)
    height = max(len(row["labels"]) for row in features)
    gaps = [width - len(row["input_ids"]) for row in features]
    return {
        "input_ids": torch.tensor([row["input_ids"] + [pad] * gap for row, gap in zip(features, gaps, strict=True)]),
        "attention_mask": torch.tensor([[1] * (width - gap) + [0] * gap for gap in gaps]),
        "labels": torch.tensor([row["labels"] + [IGNORED] * (height - len(row["labels"])) for row in features]),
    }
