"""Write a training of ``train.py`` as a starter: the adapter in PEFT's layout, and the head beside it.

python save.py run/ ../../../plugins/steep_plugins/guardrails/starter
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

from steep_plugins.encoders import MINILM
from steep_plugins.guardrails.order_network import HEAD, STAGES

if TYPE_CHECKING:
    import torch


def save(weights: dict[str, torch.Tensor], shift: dict[str, float], folder: Path) -> None:
    """The adapter in fp16; its ``shift`` is taken off each stage's log-odds, so that 0.5 bars."""
    blocks = {
        name.replace("encoder.", "base_model.model.", 1).replace(".default", ""): weight.half().contiguous()
        for name, weight in weights.items()
        if "lora" in name
    }
    layers = sorted({int(name.split(".layer.")[1].split(".")[0]) for name in blocks})
    save_adapter(
        blocks,
        features(MINILM.hub, rank_of(weights), TARGETS["minilm"])
        | {"layers_to_transform": layers, "layers_pattern": "layer"},
        folder,
    )
    bias = weights["head.bias"].float().clone()
    for at, stage in enumerate(STAGES):
        bias[at] -= shift[stage]
    save_file({"weight": weights["head.weight"].float(), "bias": bias}, folder / HEAD)


def main() -> None:
    parser = saving(__doc__)
    parser.add_argument("--input", type=float, default=0.0, help="taken off the log-odds of questions")
    parser.add_argument("--passages", type=float, default=0.0, help="taken off the log-odds of passages")
    asked = parser.parse_args()
    told = kept(asked.run)
    save(told["weights"], {"input": asked.input, "passages": asked.passages}, asked.folder)
    print(json.dumps({"steps": told["done"], "folder": str(asked.folder)}))


if __name__ == "__main__":
    main()
