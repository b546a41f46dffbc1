"""A matrix that rows are multiplied with, in the number format that the processor is fast at.

Imports torch; import it only where a network is wanted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import torch
import torch.nn.functional as F

if TYPE_CHECKING:
    from torch import Tensor

_LEAST_GELU = -0.17  # GELU's minimum is -0.16997
_TINY = 1e-12


class Product(Protocol):
    """Rows times a matrix, and a bias; ``after_gelu`` knows that GELU gave its rows, and may overwrite them."""

    def __call__(self, rows: Tensor) -> Tensor: ...
    def after_gelu(self, rows: Tensor) -> Tensor: ...


class Whole:
    """In a floating format, in which rows come and go."""

    def __init__(self, weight: Tensor, bias: Tensor, dtype: torch.dtype) -> None:
        self._weight, self._bias = weight.to(dtype), bias.to(dtype)

    def __call__(self, rows: Tensor) -> Tensor:
        return F.linear(rows.to(self._weight.dtype), self._weight, self._bias)

    def after_gelu(self, rows: Tensor) -> Tensor:
        return self(rows)


class Bytes:
    """In int8, each row on either side with a scale of its own; rows come and go in fp32."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self._scales = weight.abs().amax(1).clamp_min(_TINY) / 127
        rounded = (weight / self._scales[:, None]).round()
        self._bytes = rounded.to(torch.int8).t()  # (in, out), laid out as (out, in)
        self._bias = bias
        self._sums = rounded.sum(1) * self._scales

    def __call__(self, rows: Tensor) -> Tensor:
        most = rows.abs().amax(1, keepdim=True).clamp_min_(_TINY)
        return self._multiplied(torch.mul(rows, 127 / most), most / 127)

    def after_gelu(self, rows: Tensor) -> Tensor:
        """What GELU gives lies between a constant and its largest: counted from their middle, no code is wasted."""
        half = (rows.amax(1, keepdim=True) - _LEAST_GELU) / 2
        middle = half + _LEAST_GELU
        found = self._multiplied(rows.sub_(middle).mul_(127 / half), half / 127)
        return torch.addcmul(found, middle, self._sums, out=found)

    def _multiplied(self, scaled: Tensor, scales: Tensor) -> Tensor:
        found = torch._int_mm(scaled.round_().to(torch.int8), self._bytes).float().mul_(self._scales)
        return torch.addcmul(self._bias, found, scales, out=found)


@lru_cache(maxsize=1)
def multiplies_bytes() -> bool:
    """Whether this CPU multiplies bytes in hardware (AVX512-VNNI), and does it right; one without it saturates."""
    if not (hasattr(torch, "_int_mm") and getattr(torch.cpu, "_is_vnni_supported", bool)()):
        return False
    rows, matrix = torch.full((32, 64), -127, dtype=torch.int8), torch.full((64, 32), -127, dtype=torch.int8)
    return bool((torch._int_mm(rows, matrix.t().contiguous().t()) == 127 * 127 * 64).all())
