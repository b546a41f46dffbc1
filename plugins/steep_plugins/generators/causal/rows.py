"""Rows of training: conversations as token ids, with labels on the reply, and batches of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from steep.errors import DatasetError
from steep.kinds import Dropped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.kinds import Example
    from steep_plugins.models.chat import Chat

IGNORED = -100
"""The label of a position that is not learned from (PyTorch's cross entropy)."""

Row = dict[str, list[int]]


def encode(
    examples: Sequence[Example], chat: Chat, *, context: int, separate: bool
) -> tuple[list[Mapping[str, list[int]]], Dropped]:
    """A row an example: ``input_ids`` and ``labels``, how many labels are ``supervised``, and how much was ``asked``.

    A conversation longer than the context is dropped whole: cut at its beginning it would lose the rules, cut at its
    end the answer. ``separate`` is for encoder-decoders, whose reply is not part of ``input_ids``.
    """
    rows: list[Mapping[str, list[int]]] = []
    dropped: Counter[str] = Counter()
    for example in examples:
        prompt, reply = chat.reply(example.conversation.messages)
        if max(len(prompt), len(reply)) > context or (not separate and len(prompt) + len(reply) > context):
            dropped[f"longer than the {context} tokens of the model's context"] += 1
            continue
        if len(reply) < 2 or reply[-1] not in chat.stops:  # a token of the answer, and the one that ends the turn
            raise DatasetError(
                f"the pair {example.pair.id} ({example.pair.question!r}) leaves nothing to learn: its answer has no "
                "tokens of its own, or the chat template does not end a turn."
            )
        rows.append(_row(prompt, reply, separate=separate))
    return rows, Dropped(reasons=dict(dropped))


def _row(prompt: list[int], reply: list[int], *, separate: bool) -> Row:
    if separate:
        return {"input_ids": prompt, "labels": reply, "supervised": [len(reply)], "asked": [len(prompt)]}
    labels = [IGNORED] * len(prompt) + reply
    return {"input_ids": prompt + reply, "labels": labels, "supervised": [len(reply)], "asked": [len(prompt)]}


def left_padded(features: Sequence[Mapping[str, list[int]]], pad: int, *, keep: bool) -> dict[str, Any]:
    """A batch whose rows end together. With ``keep``, labels and logits are those of the last columns only.

    The column before the first label is kept as well: it is the one that predicts that label.
    """
    import torch

    width = max(len(row["input_ids"]) for row in features)
    missing = [width - len(row["input_ids"]) for row in features]
    ids = [[pad] * gap + row["input_ids"] for gap, row in zip(missing, features, strict=True)]
    labels = [[IGNORED] * gap + row["labels"] for gap, row in zip(missing, features, strict=True)]
    mask = torch.tensor([[0] * gap + [1] * (width - gap) for gap in missing])
    batch: dict[str, Any] = {
        "input_ids": torch.tensor(ids),
        "attention_mask": mask,
        "position_ids": (mask.cumsum(-1) - 1).clamp_min(0),  # (batch, width): positions count from the first token
        "labels": torch.tensor(labels),
        "use_cache": False,
    }
    if keep:
        columns = max(row["supervised"][0] for row in features) + 1
        batch["labels"] = batch["labels"][:, -columns:]
        batch["logits_to_keep"] = columns
    return batch


def right_padded(features: Sequence[Mapping[str, list[int]]], pad: int) -> dict[str, Any]:
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
