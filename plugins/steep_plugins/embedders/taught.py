"""The starter of the embedder `minilm`: a LoRA that brings a question near to the passage that answers it.

People ask in other words than manuals use; `examples/starters/embedder` says how it was taught, and the card beside its
weights what it gained.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from steep.errors import AdapterError

STARTER = Path(__file__).parent / "starter"
_PREFIX = "base_model.model."


def taught(network: Any, folder: Path) -> str:
    """Add the adapter in ``folder`` (PEFT's layout) into the network's weights; 16 digits of its sha256.

    Raises AdapterError where it is not one for this network.
    """
    import torch
    from safetensors.torch import load_file

    file = folder / "adapter_model.safetensors"
    try:
        config = json.loads((folder / "adapter_config.json").read_text("utf-8"))
        scale = config["lora_alpha"] / config["r"]
        pairs = load_file(file)
        with torch.no_grad():
            for name in [name for name in pairs if name.endswith(".lora_A.weight")]:
                weight = network.get_submodule(name.removeprefix(_PREFIX).removesuffix(".lora_A.weight")).weight
                up, down = pairs[name.replace("lora_A", "lora_B")].float(), pairs[name].float()
                weight += (up @ down * scale).to(weight.dtype)
    except (OSError, ValueError, KeyError, AttributeError, RuntimeError, SafetensorError) as error:
        raise AdapterError(
            f"{folder} does not hold an adapter of this embedder ({error!r}); reinstall steep"
        ) from error
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
