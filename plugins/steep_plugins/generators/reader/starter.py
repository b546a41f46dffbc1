"""The starter adapter that ships with the package."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

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
