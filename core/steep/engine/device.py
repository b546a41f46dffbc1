"""What this machine computes on, and which number format it is fast at there."""

from __future__ import annotations

import platform
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from steep.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection

    import torch

AUTO = "auto"
"""Stands for the fastest device there is."""


@lru_cache(maxsize=8)
def resolved(device: str = AUTO) -> str:
    """The device that a name means: `auto` is cuda, mps or cpu, the first that is there; others must be there.

    Raises ConfigError for one that torch does not find on this machine. Imports torch, so ask when a model is loaded.
    """
    import torch

    if device == AUTO:
        return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    kind, _, number = device.partition(":")
    there = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and int(number or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not there.get(kind, False):
        raise ConfigError(
            f"`device` is {device!r}, and torch {torch.__version__} finds no such device here; set it to `auto`, which "
            f"is {resolved(AUTO)} on this machine."
        )
    return device


@lru_cache(maxsize=1)
def multiplies_bf16() -> bool:
    """Whether this CPU multiplies bf16 in hardware: by AVX512-BF16, AMX or Arm's BF16.

    Torch's own word, that it has kernels for it, is true of AVX512 alone, where they take twice as long as fp32.
    """
    import torch

    kernels = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return bool(kernels) and fast_at_bf16(platform.machine(), _capabilities())


def fast_at_bf16(machine: str, capabilities: Collection[str]) -> bool:
    """Whether a CPU that has kernels for bf16 multiplies it in hardware, by what it can do."""
    return machine.lower() in ("arm64", "aarch64") or not {"avx512_bf16", "amx_tile"}.isdisjoint(capabilities)


def _capabilities() -> set[str]:
    """Of those that matter here, what torch finds this CPU to have."""
    import torch

    asked = ("avx512_bf16", "amx_tile")
    return {name for name in asked if getattr(torch.cpu, f"_is_{name}_supported", bool)()}


@lru_cache(maxsize=8)
def compute_dtype(device: str = "cpu") -> torch.dtype:
    """bf16 where the device multiplies it in hardware, else fp32; a CPU is asked, since most only emulate it.

    fp16 is never chosen: on a CPU it is several times slower than fp32, and bf16 without the instructions a hundred.
    """
    import torch

    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    if device == "cpu" and multiplies_bf16():
        return torch.bfloat16
    return torch.float32


def described(device: str = AUTO) -> str:
    """The device in words, with the number format that it is fast at and why; for `steep doctor`."""
    import torch

    place = resolved(device)
    fast = str(compute_dtype(place)).removeprefix("torch.")
    if place.startswith("cuda"):
        return f"models run on the GPU {torch.cuda.get_device_name(place)} (CUDA), with numbers in {fast}"
    if place == "mps":
        return f"models run on the GPU of this Mac (MPS), with numbers in {fast}"
    why = (
        "which this CPU is fast at (AVX512-BF16 or AMX)"
        if fast == "bfloat16"
        else "as this CPU is slow at bfloat16 (it has neither AVX512-BF16 nor AMX)"
    )
    return f"models run on the CPU, {torch.get_num_threads()} threads at once, with numbers in {fast}, {why}"


def mixed_precision(device: str = "cpu") -> AbstractContextManager[Any]:
    """Autocast to ``compute_dtype`` for weights that are kept in fp32; does nothing where that is fp32 itself."""
    import torch

    dtype = compute_dtype(device)
    if dtype == torch.float32:
        return nullcontext()
    return torch.autocast(device.split(":")[0], dtype=dtype)
