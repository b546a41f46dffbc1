"""What the network of the reranker `minilm` reads, and what it says: for the part, and for who teaches it.

Question and passage are read as one, `[CLS] question [SEP] passage [SEP]`, in BERT's two segments. A score is a
log-odds: that the passage answers the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from tokenizers import Tokenizer
from torch import nn

from steep_plugins.encoders.widths import padded_width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Pieces = list[int]

HEAD = "head.safetensors"
"""Lies beside the adapter that it was trained with."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Word pieces with their marks; the second segment begins at ``body``."""

    ids: Pieces
    body: int


class Pairs:
    """Joins questions and passages to pairs of at most ``tokens`` pieces; what is too long is cut behind.

    A question takes at most half of them. Thread-safe.
    """

    def __init__(self, tokenizer: Path, tokens: int) -> None:
        self.tokens = tokens
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        known = self._tokenizer.get_vocab()
        self._first, self._between = known["[CLS]"], known["[SEP]"]

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """As many of each text as a pair could hold."""
        # a lone surrogate cannot be handed to the tokenizer, which takes UTF-8
        given = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        read = self._tokenizer.encode_batch_fast(given, add_special_tokens=False)
        return [encoded.ids[: self.tokens] for encoded in read]

    def pair(self, question: Pieces, passage: Pieces) -> Pair:
        head = [self._first, *question[: self.tokens // 2 - 3], self._between]
        return Pair([*head, *passage[: self.tokens - len(head) - 1], self._between], len(head))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Pairs as tensors (pairs, pieces). ``segments`` is 1 for a passage and the mark behind it, and 0 for padding."""

    ids: torch.Tensor
    segments: torch.Tensor
    mask: torch.Tensor

    @classmethod
    def of(cls, pairs: Sequence[Pair], nothing: int) -> Batch:
        width = padded_width(len(pair.ids) for pair in pairs)
        rows = [pair.ids + [nothing] * (width - len(pair.ids)) for pair in pairs]
        places = torch.arange(width)
        mask = places < torch.tensor([len(pair.ids) for pair in pairs])[:, None]
        passage = places >= torch.tensor([pair.body for pair in pairs])[:, None]
        return cls(ids=torch.tensor(rows), segments=(mask & passage).long(), mask=mask.long())

    def to(self, device: str) -> Batch:
        # from pinned memory a GPU fetches it while it computes
        kept = [each.pin_memory() if "cuda" in device else each for each in (self.ids, self.segments, self.mask)]
        ids, segments, mask = (each.to(device, non_blocking=True) for each in kept)
        return Batch(ids=ids, segments=segments, mask=mask)


class Scorer(nn.Module):
    """An encoder, and a head on its first state beside the mean of the passage's."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(2 * encoder.config.hidden_size, 1)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.constant_(self.head.bias, -1.0)

    def forward(self, batch: Batch) -> torch.Tensor:
        """A log-odds for each pair."""
        return self.told(self.states(batch), batch)

    def states(self, batch: Batch) -> torch.Tensor:
        """(pairs, pieces, width)."""
        read = self.encoder(batch.ids, attention_mask=batch.mask, token_type_ids=batch.segments)
        states: torch.Tensor = read.last_hidden_state
        return states

    def told(self, states: torch.Tensor, batch: Batch) -> torch.Tensor:
        states, shown = states.float(), batch.segments.unsqueeze(-1).float()
        mean = (states * shown).sum(1) / shown.sum(1)
        scores: torch.Tensor = self.head(torch.cat((states[:, 0], mean), 1))[:, 0]
        return scores
