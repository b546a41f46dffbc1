"""The starter adapter that ships with the package, and how adapters of the reader are written."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from steep.errors import AdapterError
from steep_plugins.generators.reader.confidence import Calibration

STARTER = Path(__file__).parent / "starter"

BASE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"


def starter_digest(folder: Path) -> str:
    """Names the starter by its weights and its scaling, the two things that answers depend on."""
    weights, config = folder / "adapter_model.safetensors", folder / "adapter_config.json"
    if not (weights.is_file() and config.is_file()):
        raise AdapterError(f"the starter adapter is not in {folder}; reinstall steep, or train it (see its README.md)")
    settings = json.loads(config.read_text(encoding="utf-8"))
    digest = hashlib.sha256(weights.read_bytes())
    digest.update(f"{settings['r']}/{settings['lora_alpha']}".encode())
    return digest.hexdigest()


def starter_calibration(folder: Path) -> Calibration:
    calibration = Calibration.load(folder)
    if calibration is None:
        raise AdapterError(f"{folder} has no calibration.json; make one with `calibrate` (see the starter's README.md)")
    return calibration


def save_adapter(model: Any, folder: Path, *, half: bool = False) -> None:
    """Write the adapter of a PEFT model in PEFT's own layout: the same bytes for the same weights, no local path.

    ``half`` stores fp16, which loses nothing that bf16 arithmetic could use.
    """
    import torch
    from peft import get_peft_model_state_dict
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    state = {
        name: tensor.detach().to("cpu", torch.float16 if half else torch.float32).contiguous()
        for name, tensor in sorted(get_peft_model_state_dict(model, save_embedding_layers=False).items())
    }
    save_file(state, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    settings = model.peft_config["default"].to_dict() | {"base_model_name_or_path": BASE_MODEL, "inference_mode": True}
    text = json.dumps({key: _canonical(value) for key, value in settings.items()}, indent=2, sort_keys=True)
    (folder / "adapter_config.json").write_text(text + "\n", encoding="utf-8")


def _canonical(value: Any) -> Any:
    """As JSON: sets sorted, since PEFT keeps the names of layers in a set, whose order is random."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    return value.value if hasattr(value, "value") else value
