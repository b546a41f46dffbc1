"""LoRA on every linear layer of the model, its weights in fp32, kept in PEFT's layout."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from steep_plugins.models.loading import sha256

if TYPE_CHECKING:
    from pathlib import Path

    from base import Base

LAYERS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


class Steeped(nn.Module):
    """A frozen linear layer and what an adapter adds to it."""

    def __init__(self, base: nn.Linear, rank: int, alpha: float, dice: torch.Generator) -> None:
        super().__init__()
        self.base = base
        bound = base.in_features**-0.5
        self.lora_A = nn.Parameter(torch.empty(rank, base.in_features).uniform_(-bound, bound, generator=dice))
        self.lora_B = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scale = alpha / rank

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        low = functional.linear(x, self.lora_A.to(x.dtype))
        return self.base(x) + functional.linear(low, (self.lora_B * self.scale).to(x.dtype))


def steep(model: Any, rank: int, alpha: float, seed: int) -> dict[str, nn.Parameter]:
    """Put an adapter around every linear layer; its parameters by their names in PEFT's layout."""
    dice, found = torch.Generator().manual_seed(seed), {}
    for number, layer in enumerate(model.model.layers):
        for room in ("self_attn", "mlp"):
            block = getattr(layer, room)
            for name in LAYERS:
                if hasattr(block, name):
                    steeped = Steeped(getattr(block, name), rank, alpha, dice)
                    setattr(block, name, steeped)
                    path = f"base_model.model.model.layers.{number}.{room}.{name}"
                    found[f"{path}.lora_A.weight"] = steeped.lora_A
                    found[f"{path}.lora_B.weight"] = steeped.lora_B
    return found


def begin(weights: dict[str, nn.Parameter], folder: Path, rank: int, alpha: float) -> None:
    """Set the weights to what another adapter adds; to the nearest there is where it has a higher rank."""
    from safetensors.torch import load_file

    config = json.loads((folder / "adapter_config.json").read_text("utf-8"))
    kept = {name: weight.float() for name, weight in load_file(folder / "adapter_model.safetensors").items()}
    scale = config["lora_alpha"] / config["r"] * rank / alpha
    with torch.no_grad():
        for name in [name for name in weights if name.endswith(".lora_A.weight")]:
            other = name.replace("lora_A", "lora_B")
            down, up = cut(kept[name], kept[other] * scale, rank)
            weights[other].zero_()[:, : up.shape[1]] = up
            weights[name][: down.shape[0]] = down


def cut(down: torch.Tensor, up: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The pair (rank, in), (out, rank) whose product is nearest to that of another, evenly shared between the two.

    The best approximation of a lower rank keeps the largest singular values (Eckart and Young 1936).
    """
    left, upper = torch.linalg.qr(up)
    right, lower = torch.linalg.qr(down.T)
    u, sizes, v = torch.linalg.svd(upper @ lower.T)
    roots = sizes[:rank].sqrt()
    return (right @ v[:rank].T * roots).T, left @ u[:, :rank] * roots


def save(folder: Path, weights: dict[str, torch.Tensor], rank: int, alpha: float, base: Base) -> None:
    """Write an adapter that PEFT reads, in fp16, and the base it belongs to, by the digest that steep knows it by."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    half = {name: weight.detach().to(torch.float16).contiguous() for name, weight in weights.items()}
    save_file(half, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base.hub,
        "r": rank,
        "lora_alpha": alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": list(LAYERS),
        "inference_mode": True,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    found = base.find()
    belongs = {"digest": found.digest, "model": base.name, "gguf_sha256": sha256(found.source)}
    (folder / "base.json").write_text(json.dumps(belongs, indent=2) + "\n", "utf-8")
