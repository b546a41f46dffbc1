"""What this machine computes on."""

import pytest
import torch

from steep.engine import device
from steep.engine.device import compute_dtype, described, fast_at_bf16, multiplies_bf16, resolved
from steep.errors import ConfigError


def test_auto_is_the_fastest_device_that_is_there():
    wanted = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert resolved("auto") == wanted
    assert resolved("cpu") == "cpu"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
@pytest.mark.parametrize("name", ["cuda", "cuda:1"])
def test_a_device_that_is_not_there_is_said(name):
    with pytest.raises(ConfigError, match=f"`device` is '{name}'.*set it to `auto`, which is"):
        resolved(name)


def test_the_cpu_is_asked_what_it_is_fast_at():
    fast = multiplies_bf16()
    assert compute_dtype("cpu") == (torch.bfloat16 if fast else torch.float32)
    assert ("numbers in bfloat16, which this CPU is fast at" in described("cpu")) == fast


@pytest.mark.parametrize(
    ("machine", "capabilities", "fast"),
    [
        ("x86_64", (), False),  # AVX512 alone: torch has kernels for bf16, which emulate it
        ("x86_64", ("avx512_bf16",), True),
        ("AMD64", ("amx_tile",), True),
        ("aarch64", (), True),  # torch has kernels there only with Arm's BF16
    ],
)
def test_a_cpu_is_fast_at_bf16_only_where_it_multiplies_it_in_hardware(machine, capabilities, fast):
    assert fast_at_bf16(machine, capabilities) == fast


def test_bf16_is_computed_only_by_a_cpu_that_multiplies_it(monkeypatch):
    for fast, dtype in ((False, torch.float32), (True, torch.bfloat16)):
        monkeypatch.setattr(device, "multiplies_bf16", lambda fast=fast: fast)
        assert compute_dtype.__wrapped__("cpu") == dtype
