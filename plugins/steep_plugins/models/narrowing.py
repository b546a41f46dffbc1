"""Weights of 4 or 8 bits for writing replies: a token costs what is read from memory for it.

Where a model comes from a file of 4 bits a weight (Q4_0, Q4_1 or Q4_K of GGUF), these weights lie on a grid of sixteen
steps for each 32 of them, and the grid can be found again: 4 bits lose nothing then but what rounding a scale does.
Other weights get 8 bits and a scale for each output. The weights themselves tell which it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUP = 32  # inputs that share a scale and a middle
_AT_ONCE = 8192  # outputs that are narrowed together: a vocabulary's would take gigabytes
_OUTPUTS = 16  # torch packs 4 bits for multiples of so many outputs
_STEPS, _MIDDLE = 15, 8  # the last step of 4 bits, and the one that torch counts from
_FITS = 0.2  # of a step: a weight that lies no further from the grid is on it, but for the rounding of bf16


@dataclass(frozen=True, slots=True)
class Eight:
    """8 bits a weight, and what each output of them is multiplied by."""

    weight: torch.Tensor
    scale: torch.Tensor

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return torch._weight_int8pack_mm(x, self.weight, self.scale)


@dataclass(frozen=True, slots=True)
class Four:
    """4 bits a weight, as torch packs them, and the step and the middle of each group."""

    packed: torch.Tensor
    grid: torch.Tensor  # (inputs / group, outputs, 2)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        product: torch.Tensor = torch.ops.aten._weight_int4pack_mm_for_cpu(x, self.packed, _GROUP, self.grid)
        return product


def narrowed(weight: torch.Tensor) -> Four | Eight:
    """The weight (outputs, inputs) in 4 bits where it lies on their grid, else in 8."""
    found = _four(weight)
    if found is not None:
        return found
    eight = [_eight(part) for part in _parts(weight)]
    return Eight(torch.cat([steps for steps, _ in eight]), torch.cat([scale for _, scale in eight]))


def _four(weight: torch.Tensor) -> Four | None:
    outputs, inputs = weight.shape
    # a few outputs tell of most weights that lie on no grid, without a look at the others
    if outputs % _OUTPUTS or inputs % _GROUP or _gridded(weight[:_OUTPUTS].float()) is None:
        return None
    found = [_gridded(part) for part in _parts(weight)]
    gridded = [each for each in found if each is not None]
    if len(gridded) < len(found):
        return None
    steps = torch.cat([steps for steps, _ in gridded])
    grid = torch.cat([grid for _, grid in gridded]).transpose(0, 1).contiguous()
    return Four(torch.ops.aten._convert_weight_to_int4pack_for_cpu(steps, 1), grid)


def _parts(weight: torch.Tensor) -> Iterator[torch.Tensor]:
    return (weight[at : at + _AT_ONCE].float() for at in range(0, len(weight), _AT_ONCE))


def _gridded(part: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor] | None:
    """The step (0 to 15) of each weight in its group, and each group's width of a step and middle.

    None where a group lies on no such grid. Its least and greatest weight do, mostly at the grid's ends: fewer steps
    between them are tried where the others do not fit.
    """
    groups = part.reshape(-1, _GROUP)
    least, most = groups.aminmax(dim=1, keepdim=True)
    width = (most - least).clamp_min_(1e-12)
    step = width / _STEPS
    steps, unfit = _steps(groups, least, step)
    for fewer in range(_STEPS - 1, 0, -1):
        if not len(unfit):
            break
        tried = width[unfit] / fewer
        found, left = _steps(groups[unfit], least[unfit], tried)
        step[unfit], steps[unfit] = tried, found
        unfit = unfit[left]
    if len(unfit):
        return None
    grid = torch.cat([step, least + _MIDDLE * step], dim=1).bfloat16()
    return steps.view(part.shape), grid.view(len(part), -1, 2)


def _steps(groups: torch.Tensor, least: torch.Tensor, step: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The nearest step of each weight, and the numbers of the groups with a weight that lies beside the steps."""
    at = (groups - least).div_(step)
    steps = at.round()
    beside = at.sub_(steps).abs_().amax(dim=1)
    return steps.int(), beside.gt(_FITS).nonzero()[:, 0]


def _eight(part: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    scale = (part.abs().amax(dim=1) / 127).clamp_min(1e-12)
    return (part / scale[:, None]).round().to(torch.int8), scale.bfloat16()
