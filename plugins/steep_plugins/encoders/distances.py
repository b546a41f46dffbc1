"""What MPNet's attention adds for how far apart two tokens stand: a number for each head and bucket of distances.

The buckets are T5's (arXiv 1910.10683, section 2.1): near distances have one each, far ones share them by their
logarithm, and all beyond the farthest have one. Imports torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import Tensor

_BIAS = "encoder.relative_attention_bias.weight"
_FARTHEST = 128


def bucket_biases(tensors: Mapping[str, Tensor]) -> Tensor:
    """``[h, d]`` is what head ``h`` adds where a token looks ``_FARTHEST - d`` places back (ahead where negative)."""
    by_bucket = tensors[_BIAS]  # (buckets, heads)
    back = torch.arange(_FARTHEST, -_FARTHEST - 1, -1)
    return by_bucket[_buckets(back, len(by_bucket))].t().contiguous()


def biases(apart: Tensor, widths: Iterable[int]) -> dict[int, Tensor]:
    """For texts of each width ``[h, i, j]``, what head ``h`` adds where token ``i`` looks at token ``j``.

    ``apart`` is what `bucket_biases` gave.
    """
    return {width: _square(apart, width) for width in widths}


def _square(apart: Tensor, width: int) -> Tensor:
    ahead = torch.arange(width) - torch.arange(width)[:, None]
    return apart[:, ahead.clamp(-_FARTHEST, _FARTHEST) + _FARTHEST]


def _buckets(back: Tensor, buckets: int) -> Tensor:
    """The bucket of each distance; half of them are for what stands ahead."""
    half = buckets // 2
    exact = half // 2
    far = back.abs().clamp(min=1).float()
    shared = exact + ((far / exact).log() / torch.tensor(_FARTHEST / exact).log() * (half - exact)).long()
    return torch.where(back < 0, half, 0) + torch.where(back.abs() < exact, back.abs(), shared.clamp(max=half - 1))
