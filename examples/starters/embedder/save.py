"""Write a training of ``train.py`` as a starter in PEFT's layout, so much of it as ``--strength`` says.

python save.py run/ ../../../plugins/steep_plugins/embedders/starter --strength 0.7
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from train import ENCODERS, TARGETS


def save(weights: dict[str, torch.Tensor], kind: str, strength: float, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rank = next(weight.shape[0] for name, weight in weights.items() if "lora_A" in name)
    named = {f"base_model.model.{name.replace('.default', '')}": each.float() for name, each in weights.items()}
    halved = {name: (each * (strength if "lora_B" in name else 1)).half() for name, each in named.items()}
    save_file(halved, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    config = {
        "base_model_name_or_path": ENCODERS[kind].hub,
        "bias": "none",
        "inference_mode": True,
        "lora_alpha": rank,
        "lora_dropout": 0.0,
        "peft_type": "LORA",
        "r": rank,
        "target_modules": list(TARGETS[kind]),
        "task_type": "FEATURE_EXTRACTION",
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encoder", choices=tuple(ENCODERS), default="minilm")
    parser.add_argument("--strength", type=float, default=0.7, help="the share of what was learned that is kept")
    asked = parser.parse_args()
    kept = torch.load(asked.run / "checkpoint.pt", weights_only=True, map_location="cpu")
    save(kept["weights"], asked.encoder, asked.strength, asked.folder)


if __name__ == "__main__":
    main()
