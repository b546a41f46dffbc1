"""Which number format to compute in, and the mixed-precision context that goes with it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


@lru_cache(maxsize=8)
def compute_dtype(device: str = "cpu") -> torch.dtype:
    """bf16 where the device multiplies it in hardware, else fp32.

    fp16 is never chosen: on a CPU it is several times slower than fp32, and bf16 without the instructions is emulated.
    """
    import torch

    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if device == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return torch.bfloat16
    return torch.float32


def mixed_precision(device: str = "cpu") -> AbstractContextManager[Any]:
    """Autocast to ``compute_dtype`` for weights that are kept in fp32; does nothing where that is fp32 itself."""
    import torch

    dtype = compute_dtype(device)
    if dtype == torch.float32:
        return nullcontext()
    return torch.autocast(device.split(":")[0], dtype=dtype)
