"""Write a training of ``train.py`` as a starter: the adapter in PEFT's layout, and the head beside it.

python save.py run/ ../../../plugins/steep_plugins/rerankers/starter
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from train import ENCODERS, TARGETS

from steep_plugins.rerankers.reading import HEAD


def save(weights: dict[str, torch.Tensor], kind: str, folder: Path) -> None:
    """The adapter in fp16, which loses nothing that bf16 arithmetic could use."""
    folder.mkdir(parents=True, exist_ok=True)
    rank = next(weight.shape[0] for name, weight in weights.items() if "lora_A" in name)
    blocks = {
        name.replace("encoder.", "base_model.model.", 1).replace(".default", ""): weight.half().contiguous()
        for name, weight in weights.items()
        if "lora" in name
    }
    save_file(blocks, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    save_file({each: weights[f"head.{each}"].float() for each in ("weight", "bias")}, folder / HEAD)
    config = {
        "base_model_name_or_path": ENCODERS[kind].hub,
        "bias": "none",
        "inference_mode": True,
        "lora_alpha": rank,
        "lora_dropout": 0.0,
        "peft_type": "LORA",
        "r": rank,
        "target_modules": list(TARGETS),
        "task_type": "FEATURE_EXTRACTION",
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encoder", choices=tuple(ENCODERS), default="minilm")
    asked = parser.parse_args()
    kept = torch.load(asked.run / "checkpoint.pt", weights_only=True, map_location="cpu")
    save(kept["weights"], asked.encoder, asked.folder)
    print(json.dumps({"steps": kept["done"], "folder": str(asked.folder)}))


if __name__ == "__main__":
    main()
