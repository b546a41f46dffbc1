"""Any encoder as transformers has it, on any device: texts are padded to one width. Imports torch and transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from steep_plugins.encoders.bert import Formats, Shape
from steep_plugins.encoders.networks import network, taught
from steep_plugins.encoders.widths import padded_width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from steep_plugins.encoders.model import EncoderModel, Weights


class Padded:
    """Thread-safe. ``adapter`` is the folder of a LoRA that is added into the weights; ``adapted`` tells which."""

    def __init__(
        self, model: EncoderModel, weights: Weights, device: str, precision: torch.dtype, *, adapter: Path | None = None
    ) -> None:
        encoder = network(model, weights)
        self.adapted = taught(encoder, adapter, of="this embedder") if adapter else ""
        self.formats = Formats(products=precision, whole=precision)
        self._device = device
        self._model = encoder.to(device=device, dtype=precision)
        self.shape = Shape.of(self._model.config.to_dict())

    @torch.inference_mode()
    def means(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        """The mean of the last layer over each text's tokens: float32 on the CPU, (texts, width)."""
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
        means: torch.Tensor = (hidden * shown).sum(1) / shown.sum(1)
        return means.cpu()
