"""Write a training of ``train.py`` as a starter: the adapter in PEFT's layout, and the head beside it.

python save.py run/ ../../../plugins/steep_plugins/rerankers/starter
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors.torch import save_file

sys.path.append(str(Path(__file__).resolve().parents[1]))  # keeping.py stands beside the recipes
from command_line import saving
from keeping import TARGETS, features, kept, rank_of, save_adapter
from train import ENCODERS

from steep_plugins.rerankers.reading import HEAD

if TYPE_CHECKING:
    import torch


def save(weights: dict[str, torch.Tensor], kind: str, folder: Path) -> None:
    """The adapter in fp16, which loses nothing that bf16 arithmetic could use."""
    blocks = {
        name.replace("encoder.", "base_model.model.", 1).replace(".default", ""): weight.half().contiguous()
        for name, weight in weights.items()
        if "lora" in name
    }
    save_adapter(blocks, features(ENCODERS[kind].hub, rank_of(weights), TARGETS[kind]), folder)
    save_file({each: weights[f"head.{each}"].float() for each in ("weight", "bias")}, folder / HEAD)


def main() -> None:
    asked = saving(__doc__, ENCODERS).parse_args()
    told = kept(asked.run)
    save(told["weights"], asked.encoder, asked.folder)
    print(json.dumps({"steps": told["done"], "folder": str(asked.folder)}))


if __name__ == "__main__":
    main()
