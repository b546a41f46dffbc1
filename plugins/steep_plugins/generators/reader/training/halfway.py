"""Two adapters that one training led from the first to the second become the one halfway between them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CONFIG, _WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


def halfway(first: Path, second: Path, out: Path) -> None:
    """Write the mean of both weights, in fp16: what the second gained, and less of what it unlearned.

    Weights on one path of training can be averaged (Wortsman et al., arXiv 2109.01903); those of two trainings cannot.
    """
    import torch
    from safetensors.torch import load_file, save_file

    before, after = load_file(first / _WEIGHTS), load_file(second / _WEIGHTS)
    mean = {name: ((before[name].float() + after[name].float()) / 2).to(torch.float16) for name in before}
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, out / _WEIGHTS, metadata={"format": "pt"})
    shutil.copyfile(first / _CONFIG, out / _CONFIG)
