"""Adds an adapter into weights. Imports torch, and not transformers."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from steep.errors import AdapterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PREFIX = "base_model.model."


def added(weight: Callable[[str], torch.Tensor], folder: Path, *, of: str) -> str:
    """Add the adapter in ``folder`` (PEFT's layout) to weights, given by their layer's name; 16 digits of its sha256.

    ``of`` is whose adapter it should be, in words. Raises AdapterError where it is not one for this network.
    """
    file = folder / "adapter_model.safetensors"
    try:
        config = json.loads((folder / "adapter_config.json").read_text("utf-8"))
        scale = config["lora_alpha"] / config["r"]
        pairs = load_file(file)
        with torch.no_grad():
            for name in [name for name in pairs if name.endswith(".lora_A.weight")]:
                to = weight(name.removeprefix(_PREFIX).removesuffix(".lora_A.weight"))
                up, down = pairs[name.replace("lora_A", "lora_B")].float(), pairs[name].float()
                to += (up @ down * scale).to(to.dtype)
    except (OSError, ValueError, KeyError, AttributeError, RuntimeError, SafetensorError) as error:
        raise AdapterError(f"{folder} does not hold an adapter of {of} ({error!r}); reinstall steep") from error
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
