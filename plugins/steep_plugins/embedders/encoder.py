"""The embedders `minilm` and `mpnet`: an encoder as its authors use it (mean of the last layer, length one)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from tokenizers import Tokenizer

from steep.engine.device import compute_dtype, resolved
from steep_plugins.encoders import verified
from steep_plugins.encoders.batches import by_length
from steep_plugins.encoders.networks import network, taught
from steep_plugins.encoders.widths import padded_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import EmbedRequest, Vectors
    from steep_plugins.encoders import EncoderModel, Weights

STARTER = Path(__file__).parent / "starter"
"""A LoRA on MiniLM that brings a question near to the passage that answers it: people ask in other words than manuals
use. `examples/starters/embedder` says how it was taught, and the card beside its weights what it gained.
"""

_BATCH_TEXTS, _BATCH_TOKENS = 64, 8192


class EncoderEmbedder:
    """Thread-safe. Questions and passages are embedded alike: the models know no prompts.

    ``adapter`` is the folder of a LoRA that is added into the weights. ``precision`` is for who compares figures; else
    it is the one that the device is fast at.
    """

    def __init__(
        self,
        model: EncoderModel,
        *,
        adapter: Path | None = None,
        device: str = "cpu",
        precision: torch.dtype | None = None,
    ) -> None:
        weights = verified(model)
        self._known = model
        self._device = resolved(device)
        self._dtype = precision or compute_dtype(self._device)
        self._tokenizer = _tokenizer(weights, model.tokens)
        encoder = network(model, weights)
        self._adapter = f"+{taught(encoder, adapter, of='this embedder')}" if adapter else ""
        self._model = encoder.to(device=self._device, dtype=self._dtype)

    @property
    def digest(self) -> str:
        precision = str(self._dtype).removeprefix("torch.")
        return f"{self._known.name}/{self._known.sha256[:16]}{self._adapter}/mean/{self._known.tokens}/{precision}"

    @property
    def dimension(self) -> int:
        return int(self._model.config.hidden_size)

    def embed(self, request: EmbedRequest) -> Vectors:
        # a lone surrogate cannot be handed to the tokenizer, which takes UTF-8
        texts = [text.encode("utf-8", "replace").decode("utf-8") for text in request.texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for batch in by_length([len(ids) for ids in tokens], texts=_BATCH_TEXTS, tokens=_BATCH_TOKENS):
            vectors[batch] = self._encode([tokens[position] for position in batch])
        return vectors

    @property
    def reads(self) -> int:
        return self._known.tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens, the two marks of each text among them."""
        given = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [
            len(encoded.ids) + sum(len(more.ids) - 2 for more in encoded.overflowing)
            for encoded in self._tokenizer.encode_batch_fast(given)
        ]

    @torch.inference_mode()
    def _encode(self, rows: Sequence[Sequence[int]]) -> Vectors:
        width = padded_width(len(row) for row in rows)
        # which id pads is the model's own: MPNet counts places by it
        ids = torch.full((len(rows), width), self._model.config.pad_token_id, dtype=torch.long)  # (batch, seq)
        mask = torch.zeros_like(ids)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = torch.tensor(row)
            mask[index, : len(row)] = 1
        ids, mask = ids.to(self._device), mask.to(self._device)
        hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()  # (batch, seq, dim)
        shown = mask.unsqueeze(-1).float()
        mean = (hidden * shown).sum(1) / shown.sum(1)
        vectors: Vectors = torch.nn.functional.normalize(mean, dim=1).cpu().numpy()
        return vectors


def _tokenizer(weights: Weights, tokens: int) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(weights.tokenizer))
    # the files say 128 and pad to it; the models' own limits are wider
    tokenizer.enable_truncation(tokens)
    tokenizer.no_padding()
    return tokenizer
