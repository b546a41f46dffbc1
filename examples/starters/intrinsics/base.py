"""The models that are taught, and how each is read from the files that steep finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep_plugins.models.qwen import LARGE, find_qwen
from steep_plugins.models.smollm2 import find_smollm2

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep_plugins.models.loading import ModelFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A model by the name that steep knows it by. ``hub`` is where its authors keep it, for whoever reads an adapter.

    ``greeting`` is what its chat template says where no rules are given.
    """

    name: str
    hub: str
    greeting: str
    find: Callable[[], ModelFiles]


SMOLLM2 = Base(
    name="smollm2",
    hub="HuggingFaceTB/SmolLM2-135M-Instruct",
    greeting="You are a helpful AI assistant named SmolLM, trained by Hugging Face",
    find=find_smollm2,
)
QWEN = Base(
    name="qwen",
    hub="Qwen/Qwen2.5-Coder-0.5B-Instruct",
    greeting="You are Qwen, created by Alibaba Cloud. You are a helpful assistant.",
    find=find_qwen,
)
QWEN_LARGE = Base(
    name="qwen-large",
    hub="Qwen/Qwen2.5-Coder-1.5B-Instruct",
    greeting=QWEN.greeting,
    find=lambda: find_qwen(LARGE),
)
BASES = {base.name: base for base in (SMOLLM2, QWEN, QWEN_LARGE)}


def load(base: Base, precision: str = "bf16") -> tuple[Any, Any]:
    """The model, frozen, and its tokenizer. Its GGUF file is converted once, into steep's cache."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = base.find().folder
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).requires_grad_(False)
    model.config.use_cache = False
    return model, AutoTokenizer.from_pretrained(folder)
