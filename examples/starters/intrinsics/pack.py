"""Make an adapter small enough to ship: the nearest one of a lower rank, its numbers rounded so that they pack.

    python pack.py run/adapter-05476 packed/ --rank 8 --bits 4

A number of 16 bits has ten digits behind its point; with four of them it errs by 1.4 %, each by itself, and a wheel
holds them in two thirds of the room. Layers that were taught nothing (`train.py --above`) are left out.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from lora import cut
from safetensors.torch import load_file, save_file

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGITS = 10  # behind the point of a number of 16 bits


def rounded(weight: torch.Tensor, bits: int) -> torch.Tensor:
    """Numbers of 16 bits with so many digits behind the point, each the nearest, a tie to the even one."""
    drop = _DIGITS - bits
    if drop <= 0:
        return weight.half().contiguous()
    raw = weight.half().contiguous().view(torch.int16).to(torch.int32) & 0xFFFF
    raw = (raw + (1 << drop - 1) - 1 + ((raw >> drop) & 1)) >> drop << drop
    return torch.where(raw >= 0x8000, raw - 0x10000, raw).to(torch.int16).view(torch.float16)


def packed(weights: dict[str, torch.Tensor], rank: int, bits: int) -> dict[str, torch.Tensor]:
    made: dict[str, torch.Tensor] = {}
    for name in [name for name in weights if name.endswith(".lora_A.weight")]:
        other = name.replace("lora_A", "lora_B")
        down, up = weights.pop(name).float(), weights.pop(other).float()
        if not up.any():
            continue
        if rank < down.shape[0]:
            down, up = cut(down, up, rank)
        made |= {name: rounded(down, bits), other: rounded(up, bits)}
    return made | {name: rounded(weight, bits) for name, weight in weights.items()}


def layers_of(weights: Iterable[str]) -> list[int]:
    """The layers that have an adapter, as PEFT's `layers_to_transform` names them."""
    return sorted({int(found[1]) for name in weights if (found := re.search(r"\.layers\.(\d+)\.", name))})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("adapter", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rank", type=int, required=True)
    parser.add_argument("--bits", type=int, default=4)
    asked = parser.parse_args()
    shutil.copytree(asked.adapter, asked.out, dirs_exist_ok=True)
    whole = load_file(asked.adapter / "adapter_model.safetensors")
    layers = layers_of(whole)
    weights = packed(whole, asked.rank, asked.bits)
    save_file(weights, asked.out / "adapter_model.safetensors", metadata={"format": "pt"})
    config = json.loads((asked.adapter / "adapter_config.json").read_text("utf-8"))
    if asked.rank < config["r"]:
        config |= {"r": asked.rank, "lora_alpha": config["lora_alpha"] * asked.rank / config["r"]}
    if layers_of(weights) != layers:
        config |= {"layers_to_transform": layers_of(weights), "layers_pattern": "layers"}
    (asked.out / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
