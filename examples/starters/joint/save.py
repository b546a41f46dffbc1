"""Write a training of ``train.py`` as a starter: the adapter with the span head in PEFT's layout, and the other head.

python save.py run/ ../../../plugins/steep_plugins/generators/reader/starter --encoder minilm
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

sys.path.append(str(Path(__file__).resolve().parents[1]))  # keeping.py stands beside the recipes
from command_line import saving
from keeping import kept, rank_of, save_adapter
from train import ENCODERS, lora

from steep_plugins.generators.reader.starter import HEAD


def save(weights: dict[str, torch.Tensor], kind: str, folder: Path) -> None:
    """In fp16, which loses nothing that bf16 arithmetic could use."""
    halved = {name: weight.to(torch.float16).contiguous() for name, weight in weights.items()}
    prefix, trunk = "base_model.model.", {"minilm": "bert.", "mpnet": "mpnet."}[kind]
    rank = rank_of(weights)
    blocks = {
        prefix + name.replace("encoder.", trunk, 1).replace(".default", ""): weight
        for name, weight in halved.items()
        if "lora" in name
    }
    spans = {f"{prefix}qa_outputs.{each}": halved[f"span.{each}"] for each in ("weight", "bias")}
    config = lora(kind, rank).to_dict() | {
        "base_model_name_or_path": ENCODERS[kind].hub,
        "modules_to_save": ["qa_outputs"],
    }
    save_adapter(blocks | spans, config, folder)
    save_file({each: weights[f"statement.{each}"].float() for each in ("weight", "bias")}, folder / HEAD)


def main() -> None:
    asked = saving(__doc__, ENCODERS).parse_args()
    told = kept(asked.run)
    save(told["weights"], asked.encoder, asked.folder)
    print(json.dumps({"steps": told["done"], "folder": str(asked.folder)}))


if __name__ == "__main__":
    main()
