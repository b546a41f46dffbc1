"""What the recipes beside this file do alike: learn in a run that can be stopped at any point, and keep an adapter."""

from __future__ import annotations

import json
import math
import time
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import save_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TARGETS = {
    "minilm": ("query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"),
    "mpnet": ("attn.q", "attn.k", "attn.v", "attn.o", "intermediate.dense", "output.dense"),
}
"""All linear layers of an encoder, which an adapter changes."""
WARM = 0.06
"""The share of the steps in which the rate rises; then it falls as a cosine does."""
_KEPT = "checkpoint.pt"


class Run:
    """Weights that learn, and the folder in which they and their optimizer are kept; it goes on where it was stopped.

    ``done`` are the steps that were made before, in ``spent`` seconds where somebody counts them. Heads learn at
    ``head`` times the rate of the adapter.
    """

    def __init__(self, folder: Path, weights: Mapping[str, torch.nn.Parameter], rate: float, head: float = 1.0) -> None:
        self.folder, self.weights, self._rate = folder, weights, rate
        adapter = [weight for name, weight in weights.items() if "lora" in name]
        heads = [weight for name, weight in weights.items() if "lora" not in name]
        parts = [(part, times) for part, times in ((adapter, 1.0), (heads, head)) if part]
        self._times = [times for _, times in parts]
        self._optimizer = torch.optim.AdamW(
            [{"params": part} for part, _ in parts], lr=rate, betas=(0.9, 0.98), weight_decay=0.0
        )
        self._kept_at = time.monotonic()
        self.done, self.spent = self._resumed() if (folder / _KEPT).exists() else (0, 0.0)

    def _resumed(self) -> tuple[int, float]:
        loaded = kept(self.folder)
        self._optimizer.load_state_dict(loaded["optimizer"])
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(loaded["weights"][name])
        return int(loaded["done"]), float(loaded.get("spent", 0.0))

    def learn(self, loss: torch.Tensor, step: int, steps: int, share: float | None = None) -> None:
        """One step; ``share`` says how much of the run is over, where the steps alone do not."""
        falling = math.cos(math.pi * step / steps if share is None else math.pi * share)
        rate = self._rate * min(1.0, (step + 1) / (WARM * steps)) * 0.5 * (1 + falling)
        for group, times in zip(self._optimizer.param_groups, self._times, strict=True):
            group["lr"] = rate * times
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)

    def is_due(self, seconds: float, *, last: bool) -> bool:
        """Whether so many seconds have passed since it was kept, or this is the last step."""
        return last or time.monotonic() - self._kept_at > seconds

    def keep(self, done: int, spent: float = 0.0) -> None:
        """Written beside and renamed, so that one is always whole."""
        state = {name: weight.detach().cpu() for name, weight in self.weights.items()}
        told = {"done": done, "spent": spent, "optimizer": self._optimizer.state_dict(), "weights": state}
        torch.save(told, self.folder / "checkpoint.part")
        (self.folder / "checkpoint.part").rename(self.folder / _KEPT)
        self._kept_at = time.monotonic()


def say(told: Mapping[str, Any]) -> None:
    """A line of how it goes, with the time of day."""
    print(json.dumps({**told, "at": time.strftime("%H:%M:%S")}), flush=True)


def kept(run: Path) -> dict[str, Any]:
    """What a run kept last, on the CPU."""
    loaded: dict[str, Any] = torch.load(run / _KEPT, weights_only=True, map_location="cpu")
    return loaded


def rank_of(weights: Mapping[str, torch.Tensor]) -> int:
    return next(weight.shape[0] for name, weight in weights.items() if "lora_A" in name)


def save_adapter(weights: dict[str, torch.Tensor], config: Mapping[str, Any], folder: Path) -> None:
    """An adapter in PEFT's layout. What PEFT's description holds in sets is sorted, so that its bytes stay."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    plain = {key: sorted(value) if isinstance(value, set) else value for key, value in config.items()}
    text = json.dumps(plain, indent=2, sort_keys=True, default=str)
    (folder / "adapter_config.json").write_text(text + "\n", "utf-8")


def features(base: str, rank: int, targets: tuple[str, ...]) -> dict[str, Any]:
    """What describes an adapter of an encoder that is used for its output."""
    return {
        "base_model_name_or_path": base,
        "bias": "none",
        "inference_mode": True,
        "lora_alpha": rank,
        "lora_dropout": 0.0,
        "peft_type": "LORA",
        "r": rank,
        "target_modules": list(targets),
        "task_type": "FEATURE_EXTRACTION",
    }
