"""A decoder's weights as constants of a graph: in 8 bits, or exactly as they are.

A scale for each 32 inputs loses a tenth of what one for each output does, and OpenVINO computes products with it whose
inputs are in 8 bits too. Four bits would lose nothing where a file's weights have them, but only where the grid's zero
is one of its steps, and GGUF's are not: rounding it there costs more than all else together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from steep_plugins.compiled.library import Type, ops

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = 32
"""Inputs that share a scale; a row of inputs that is no multiple of them has one scale."""

_AT_ONCE = 8192  # outputs that are narrowed together: a vocabulary's would take gigabytes
_LEAST = 6e-8  # the least that 16 bits hold: a scale of 0 divides nothing


def number(value: float) -> Any:
    return ops.constant(np.float32(value))


def exactly(tensor: torch.Tensor) -> Any:
    return ops.constant(tensor.detach().float().numpy())


def weight(tensor: torch.Tensor, *, narrow: bool) -> Any:
    """The weight (outputs, inputs), as the graph reads it."""
    return _eight(tensor.detach()) if narrow else exactly(tensor)


def _eight(tensor: torch.Tensor) -> Any:
    outputs, inputs = tensor.shape
    width = GROUP if inputs % GROUP == 0 else inputs
    found = [_steps(part, width) for part in _parts(tensor)]
    steps = ops.constant(torch.cat([steps for steps, _ in found]).numpy())
    scale = ops.constant(torch.cat([scale for _, scale in found]).numpy())
    grouped = ops.multiply(ops.convert(steps, Type.f16), scale)
    whole = ops.reshape(grouped, ops.constant(np.array([outputs, inputs])), False)
    return ops.convert(whole, Type.f32)


def _parts(tensor: torch.Tensor) -> Iterator[torch.Tensor]:
    return (tensor[at : at + _AT_ONCE].float() for at in range(0, len(tensor), _AT_ONCE))


def _steps(part: torch.Tensor, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    groups = part.view(len(part), -1, width)
    scale = (groups.abs().amax(dim=2, keepdim=True) / 127).clamp_min(_LEAST).half()
    return (groups / scale.float()).round().clamp(-127, 127).to(torch.int8), scale
