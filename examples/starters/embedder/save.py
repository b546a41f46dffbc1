"""Write a training of ``train.py`` as a starter in PEFT's layout, so much of it as ``--strength`` says.

python save.py run/ ../../../plugins/steep_plugins/embedders/starter --strength 0.7
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).resolve().parents[1]))  # keeping.py stands beside the recipes
from command_line import saving
from keeping import TARGETS, features, kept, rank_of, save_adapter
from train import ENCODERS

if TYPE_CHECKING:
    import torch


def save(weights: dict[str, torch.Tensor], kind: str, strength: float, folder: Path) -> None:
    named = {f"base_model.model.{name.replace('.default', '')}": each.float() for name, each in weights.items()}
    halved = {name: (each * (strength if "lora_B" in name else 1)).half() for name, each in named.items()}
    save_adapter(halved, features(ENCODERS[kind].hub, rank_of(weights), TARGETS[kind]), folder)


def main() -> None:
    parser = saving(__doc__, ENCODERS)
    parser.add_argument("--strength", type=float, default=0.7, help="the share of what was learned that is kept")
    asked = parser.parse_args()
    save(kept(asked.run)["weights"], asked.encoder, asked.strength, asked.folder)


if __name__ == "__main__":
    main()
