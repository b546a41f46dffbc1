"""What the network of the guardrail `injection-minilm` reads, and what it says: for the part, and for who teaches it.

A text is read in windows of whole units (sentences, or lines of lists and tables); each unit is told by the mean of its
own states, so that what stands around it counts and it alone is judged. A score is a log-odds: that the unit gives a
model orders. Questions and passages have a row of the head each: "write a letter" is a wish in one, odd in the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from tokenizers import Tokenizer
from torch import nn

from steep_plugins.encoders.widths import padded_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Pieces = list[int]

HEAD = "head.safetensors"
"""Lies beside the adapter that it was trained with."""
STAGES = ("input", "passages")
"""Which row of the head is for which stage."""
TOKENS, _LONGEST, _BEFORE = 192, 96, 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where in a window the unit with this number stands, or a part of it where it is long."""

    unit: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Word pieces with their marks, and which units are told by it; what stands before them is read along."""

    ids: Pieces
    parts: tuple[Part, ...]


class Reading:
    """Makes windows of at most ``TOKENS`` pieces of the units of a text. Thread-safe."""

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        known = self._tokenizer.get_vocab()
        self._first, self._last = known["[CLS]"], known["[SEP]"]

    def windows(self, units: Sequence[str]) -> list[Window]:
        """Every unit that holds a word piece is in the parts of one window; a long one in several parts."""
        # a lone surrogate cannot be handed to the tokenizer, which takes UTF-8
        given = [unit.encode("utf-8", "replace").decode("utf-8") for unit in units]
        read = self._tokenizer.encode_batch_fast(given, add_special_tokens=False) if given else []
        chunks = [
            (number, encoded.ids[at : at + _LONGEST])
            for number, encoded in enumerate(read)
            for at in range(0, len(encoded.ids), _LONGEST)
        ]
        return [self._window(before, group) for before, group in _grouped(chunks)]

    def _window(self, before: Pieces, group: Sequence[tuple[int, Pieces]]) -> Window:
        ids, parts = [self._first, *before], list[Part]()
        for number, pieces in group:
            parts.append(Part(unit=number, start=len(ids), end=len(ids) + len(pieces)))
            ids += pieces
        return Window(ids=[*ids, self._last], parts=tuple(parts))


def _grouped(chunks: Sequence[tuple[int, Pieces]]) -> Iterator[tuple[Pieces, list[tuple[int, Pieces]]]]:
    """As many chunks as a window holds, behind the last pieces of those before them."""
    at, before = 0, Pieces()
    while at < len(chunks):
        room, end = TOKENS - 2 - len(before), at
        while end < len(chunks) and len(chunks[end][1]) <= room:
            room -= len(chunks[end][1])
            end += 1
        yield before, list(chunks[at:end])
        before = [piece for _, pieces in chunks[at:end] for piece in pieces][-_BEFORE:]
        at = end


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows as tensors (windows, pieces). Of each part: its window, its bounds, and the head's row."""

    ids: torch.Tensor
    mask: torch.Tensor
    places: torch.Tensor

    @classmethod
    def of(cls, windows: Sequence[Window], stages: Sequence[str], nothing: int) -> Batch:
        width = padded_width(len(window.ids) for window in windows)
        mask = torch.arange(width) < torch.tensor([len(window.ids) for window in windows])[:, None]
        return cls(
            ids=torch.tensor([window.ids + [nothing] * (width - len(window.ids)) for window in windows]),
            mask=mask.long(),
            places=torch.tensor(
                [
                    (at, part.start, part.end, STAGES.index(stage))
                    for at, (window, stage) in enumerate(zip(windows, stages, strict=True))
                    for part in window.parts
                ]
            ),
        )

    def to(self, device: str) -> Batch:
        return Batch(ids=self.ids.to(device), mask=self.mask.to(device), places=self.places.to(device))


class Teller(nn.Module):
    """An encoder, and a head on the mean of a part's states."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(encoder.config.hidden_size, len(STAGES))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.constant_(self.head.bias, -2.0)

    def forward(self, batch: Batch) -> torch.Tensor:
        """A log-odds for each part, in their order."""
        return self.told(self.states(batch), batch)

    def states(self, batch: Batch) -> torch.Tensor:
        """(windows, pieces, width)."""
        states: torch.Tensor = self.encoder(batch.ids, attention_mask=batch.mask).last_hidden_state
        return states

    def told(self, states: torch.Tensor, batch: Batch) -> torch.Tensor:
        window, start, end, stage = batch.places.unbind(1)
        sums = nn.functional.pad(states.float().cumsum(1), (0, 0, 1, 0))
        mean = (sums[window, end] - sums[window, start]) / (end - start)[:, None]
        told: torch.Tensor = self.head(mean)[torch.arange(len(stage), device=stage.device), stage]
        return told
