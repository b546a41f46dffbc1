"""Write a training of ``train.py`` as a starter: the adapter with the span head in PEFT's layout, and the other head.

python save.py run/ ../../../plugins/steep_plugins/generators/reader/starter --encoder minilm
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from train import ENCODERS, lora

from steep_plugins.generators.reader.starter import HEAD


def save(weights: dict[str, torch.Tensor], kind: str, folder: Path) -> None:
    """In fp16, which loses nothing that bf16 arithmetic could use."""
    folder.mkdir(parents=True, exist_ok=True)
    halved = {name: weight.to(torch.float16).contiguous() for name, weight in weights.items()}
    prefix, trunk = "base_model.model.", {"minilm": "bert.", "mpnet": "mpnet."}[kind]
    rank = next(weight.shape[0] for name, weight in weights.items() if "lora_A" in name)
    blocks = {
        prefix + name.replace("encoder.", trunk, 1).replace(".default", ""): weight
        for name, weight in halved.items()
        if "lora" in name
    }
    spans = {f"{prefix}qa_outputs.{each}": halved[f"span.{each}"] for each in ("weight", "bias")}
    save_file(blocks | spans, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    save_file({each: weights[f"statement.{each}"].float() for each in ("weight", "bias")}, folder / HEAD)
    config = lora(kind, rank).to_dict() | {
        "base_model_name_or_path": ENCODERS[kind].hub,
        "modules_to_save": ["qa_outputs"],
    }
    plain = {key: sorted(value) if isinstance(value, set) else value for key, value in config.items()}
    text = json.dumps(plain, indent=2, sort_keys=True, default=str)
    (folder / "adapter_config.json").write_text(text + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encoder", choices=tuple(ENCODERS), default="minilm")
    asked = parser.parse_args()
    kept = torch.load(asked.run / "checkpoint.pt", weights_only=True)
    save(kept["weights"], asked.encoder, asked.folder)
    print(json.dumps({"steps": kept["done"], "folder": str(asked.folder)}))


if __name__ == "__main__":
    main()
