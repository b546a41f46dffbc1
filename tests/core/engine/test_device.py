"""What this machine computes on."""

import pytest
import torch

from steep.engine.device import compute_dtype, described, resolved
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
    fast = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    assert compute_dtype("cpu") == (torch.bfloat16 if fast else torch.float32)
    assert ("numbers in bfloat16, which this CPU is fast at" in described("cpu")) == fast
