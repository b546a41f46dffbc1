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
from steep_plugins.encoders.bert import Bert, Formats, reads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import EmbedRequest, Vectors
    from steep_plugins.encoders import EncoderModel, Weights
    from steep_plugins.encoders.padded import Padded

STARTER = Path(__file__).parent / "starter"
"""A LoRA on MiniLM that brings a question near to the passage that answers it: people ask in other words than manuals
use. `examples/starters/embedder` says how it was taught, and the card beside its weights what it gained.
"""

BATCH_TEXTS, BATCH_TOKENS = 64, 2048  # a CPU's caches hold no more; other devices take four times as much


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
        self._tokenizer = tokenizer_of(weights, model.tokens)
        device = resolved(device)
        self._tokens = BATCH_TOKENS if device == "cpu" else 4 * BATCH_TOKENS
        network: Bert | Padded
        if device == "cpu" and reads(weights.kind):
            network = Bert.read(model, weights, Formats.on_this_cpu(precision, bytes=model.bytes), adapter=adapter)
        else:
            from steep_plugins.encoders.padded import Padded  # it imports transformers, which takes seconds

            network = Padded(model, weights, device, precision or compute_dtype(device), adapter=adapter)
        self._network = network

    @property
    def digest(self) -> str:
        """Without the number format: an index that one machine made serves another, whose CPU is fast at another one.

        Of what an index in one format finds for questions in another, 98 of 100 are what one format finds alone.
        """
        adapter = f"+{self._network.adapted}" if self._network.adapted else ""
        return f"{self._known.name}/{self._known.sha256[:16]}{adapter}/mean/{self._known.tokens}"

    @property
    def precision(self) -> str:
        """The number format of its products."""
        return str(self._network.formats.products).removeprefix("torch.")

    @property
    def dimension(self) -> int:
        return self._network.shape.width

    def embed(self, request: EmbedRequest) -> Vectors:
        # a lone surrogate cannot be handed to the tokenizer, which takes UTF-8
        texts = [text.encode("utf-8", "replace").decode("utf-8") for text in request.texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for batch in by_length([len(ids) for ids in tokens], texts=BATCH_TEXTS, tokens=self._tokens):
            means = self._network.means([tokens[position] for position in batch])
            vectors[batch] = torch.nn.functional.normalize(means, dim=1).numpy()
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


def tokenizer_of(weights: Weights, tokens: int) -> Tokenizer:
    """The model's own, cutting at so many tokens."""
    tokenizer = Tokenizer.from_file(str(weights.tokenizer))
    # the files say 128 and pad to it; the models' own limits are wider
    tokenizer.enable_truncation(tokens)
    tokenizer.no_padding()
    return tokenizer
