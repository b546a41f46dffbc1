"""The embedder `minilm`: all-MiniLM-L6-v2 as its authors use it (mean of the last layer, length one)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from steep.engine.device import compute_dtype, resolved
from steep.errors import ModelError
from steep_plugins.embedders.batches import by_length
from steep_plugins.encoders import MINILM, Weights, verified
from steep_plugins.encoders.widths import padded_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import EmbedRequest, Vectors

MAX_TOKENS = 256  # what the model was trained with; longer texts are cut
_BATCH_TEXTS, _BATCH_TOKENS = 64, 8192


class MiniLM:
    """Thread-safe. Questions and passages are embedded alike: the model knows no prompts."""

    def __init__(self, *, device: str = "cpu") -> None:
        weights = verified(MINILM)
        self._device = resolved(device)
        self._dtype = compute_dtype(self._device)
        self._tokenizer = _tokenizer(weights)
        self._model = _model(weights).to(device=self._device, dtype=self._dtype)

    @property
    def digest(self) -> str:
        precision = str(self._dtype).removeprefix("torch.")
        return f"minilm/{MINILM.sha256[:16]}/mean/{MAX_TOKENS}/{precision}"

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
        return MAX_TOKENS

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
        ids = torch.zeros((len(rows), width), dtype=torch.long)  # 0 is [PAD]; (batch, seq)
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


def _tokenizer(weights: Weights) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(weights.tokenizer))
    # the file says 128 and pads to it; the model's own limit is 256
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _model(weights: Weights) -> Any:
    config = BertConfig.from_json_file(str(weights.config))
    with torch.random.fork_rng(devices=[]):  # random weights are drawn before they are replaced
        model = BertModel(config, add_pooling_layer=False)
    found = model.load_state_dict(load_file(weights.model), strict=False)
    if found.missing_keys:
        raise ModelError(f"MiniLM: {weights.model} lacks the weights {', '.join(found.missing_keys[:3])} …")
    return model.eval()
