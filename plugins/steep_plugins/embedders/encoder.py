"""The embedders `minilm` and `mpnet`: an encoder as its authors use it (mean of the last layer, length one)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertModel, MPNetModel

from steep.engine.device import compute_dtype, resolved
from steep.errors import ModelError
from steep_plugins.embedders.batches import by_length
from steep_plugins.embedders.taught import taught
from steep_plugins.encoders import verified
from steep_plugins.encoders.widths import padded_width
from steep_plugins.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from steep.kinds import EmbedRequest, Vectors
    from steep_plugins.encoders import EncoderModel, Weights

NETWORKS: dict[str, Any] = {"bert": BertModel, "mpnet": MPNetModel}
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
        network = _network(model, weights)
        self._adapter = f"+{taught(network, adapter)}" if adapter else ""
        self._model = network.to(device=self._device, dtype=self._dtype)

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


def _network(model: EncoderModel, weights: Weights) -> Any:
    kind = json.loads(weights.config.read_text("utf-8")).get("model_type")
    if kind not in NETWORKS:
        raise ModelError(
            f"{model.title}: {weights.config} is of a model of type {kind!r}, which is none of {', '.join(NETWORKS)}."
        )
    with quiet():
        network, told = NETWORKS[kind].from_pretrained(
            weights.folder, add_pooling_layer=False, dtype=torch.float32, output_loading_info=True
        )
    if lacking := sorted(told["missing_keys"]):
        raise ModelError(f"{model.title}: {weights.model} lacks the weights {', '.join(lacking[:3])} …")
    return network.eval()
