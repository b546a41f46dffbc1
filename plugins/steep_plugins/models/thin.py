"""LoRA adapters as what they add to each product: two thin ones, for the rows of a batch that have the adapter."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import torch

from steep.errors import AdapterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import AdapterRef

    Thin = tuple[torch.Tensor, torch.Tensor]  # what an adapter adds to a product: down (in, rank) and up (rank, out)
    Layers = list[list[Thin | None]]  # by layer and product
    Shares = Sequence[tuple[slice, Layers]]  # which rows of a batch have which adapter
    Shapes = Sequence[
        tuple[int, Sequence[int]]
    ]  # of each product of a layer: its inputs, and its outputs, part by part

GROUPS = (("q_proj", "k_proj", "v_proj"), ("o_proj",), ("gate_proj", "up_proj"), ("down_proj",))
"""The projections of a layer that read the same input, and are one product."""

_ROOMS = ("self_attn", "self_attn", "mlp", "mlp")
# settings of PEFT, if they are set at all, that leave an adapter two thin products a layer
_PLAIN = frozenset(
    [
        "task_type",
        "peft_type",
        "auto_mapping",
        "peft_version",
        "base_model_name_or_path",
        "revision",
        "inference_mode",
        "r",
        "lora_alpha",
        "bias",
        "target_modules",
        "exclude_modules",
        "lora_dropout",
        "use_rslora",
        "init_lora_weights",
        "layers_to_transform",
        "layers_pattern",
        "rank_pattern",
        "megatron_core",
        "qalora_group_size",
        "eva_config",
        "loftq_config",
        "lora_ga_config",
        "runtime_config",
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """What an adapter adds, in the format that prompts are read in, and in fp32 for the few rows of a step.

    Torch is several times as quick at thin products of one row in fp32 as in bf16.
    """

    reading: Layers
    writing: Layers


def added_in(layers: Layers, dtype: torch.dtype) -> Added:
    return Added(layers if dtype == torch.float32 else [[_in(dtype, thin) for thin in each] for each in layers], layers)


def shares(rows: Sequence[Added | None]) -> Shares:
    """The adapters of a step's rows: neighbours with the same one are computed together."""
    found: list[tuple[slice, Layers]] = []
    at = 0
    for _, group in groupby(rows, key=id):
        same = list(group)
        if same[0] is not None:
            found.append((slice(at, at + len(same)), same[0].writing))
        at += len(same)
    return found


def plus(y: torch.Tensor, x: torch.Tensor, thin: Thin) -> torch.Tensor:
    """A product's outputs and what an adapter adds to them for its inputs, computed in the adapter's format."""
    down, up = thin
    inner = x.reshape(-1, x.shape[-1]).to(down.dtype) @ down
    return torch.addmm(y.reshape(-1, y.shape[-1]).to(up.dtype), inner, up).view(y.shape).to(y.dtype)


def _in(dtype: torch.dtype, thin: Thin | None) -> Thin | None:
    return None if thin is None else (thin[0].to(dtype), thin[1].to(dtype))


def read_adapter(adapter: AdapterRef, shapes: Shapes, layers: int) -> Layers:
    """Read an adapter in PEFT's layout. Raises AdapterError for one of other shapes, or more than plain LoRA."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    settings = json.loads((adapter.folder / "adapter_config.json").read_text("utf-8"))
    more = sorted(name for name, value in settings.items() if value and name not in _PLAIN)
    if settings.get("peft_type") != "LORA" or settings.get("bias", "none") != "none" or more:
        raise AdapterError(
            f"the adapter {adapter.version} is more than LoRA on linear layers ({', '.join(more) or 'bias'}), so it "
            "cannot be given to single requests. Merge it into its base and name the merged model in [model.NAME]."
        )
    try:
        weights = load_file(adapter.folder / "adapter_model.safetensors")
        added = [
            [
                _group(weights, f"base_model.model.model.layers.{number}.{room}", group, shape, settings)
                for room, group, shape in zip(_ROOMS, GROUPS, shapes, strict=True)
            ]
            for number in range(layers)
        ]
        if weights:
            raise KeyError(f"it has {sorted(weights)[0]} and more, and the base does not")
    except (KeyError, RuntimeError, OSError, SafetensorError) as error:
        name = f"{adapter.version} in {adapter.folder}"
        raise AdapterError(f"the adapter {name} does not fit this base: {error}") from error
    return added


def _group(
    weights: dict[str, torch.Tensor], room: str, group: Sequence[str], shape: tuple[int, Sequence[int]], settings: Any
) -> Thin | None:
    """The adapter of one fused product: the downs one above the other, the ups each for its own outputs."""
    inputs, outputs = shape
    downs, ups, at = [], [], 0
    for name, size in zip(group, outputs, strict=True):
        if f"{room}.{name}.lora_A.weight" in weights:
            down = weights.pop(f"{room}.{name}.lora_A.weight").float()
            part = weights.pop(f"{room}.{name}.lora_B.weight").float()
            if (down.shape[1], part.shape[0]) != (inputs, size):
                raise KeyError(f"{name} is {down.shape[1]} by {part.shape[0]}, and there {inputs} by {size}")
            rank = down.shape[0]
            up = part.new_zeros(sum(outputs), rank)
            up[at : at + size] = part * settings["lora_alpha"] / (rank**0.5 if settings.get("use_rslora") else rank)
            downs.append(down)
            ups.append(up)
        at += size
    return (torch.cat(downs).T.contiguous(), torch.cat(ups, dim=1).T.contiguous()) if downs else None
