"""The reader's model: an encoder's weights in the network, and LoRA adapters in PEFT's layout on top."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError

from steep.errors import AdapterError, ModelError
from steep_plugins.models.quiet import quiet

if TYPE_CHECKING:
    from pathlib import Path

    from steep_plugins.encoders import Weights

TARGETS = {
    "bert": ("query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"),
    "mpnet": ("attn.q", "attn.k", "attn.v", "attn.o", "intermediate.dense", "output.dense"),
}
"""All linear layers of a block, by the sort of encoder; the head is trained in full beside them."""

UNTAUGHT = {"bert": 0, "mpnet": 4}
"""How many blocks stay as they are: the first ones of a deep encoder know words, which every question needs alike, and
without an adapter they cost no gradient."""


def bare_reader(weights: Weights, *, seed: int = 0) -> Any:
    """The network on an encoder's weights, its head drawn from the seed, without dropout.

    Attention is computed plainly: on CPU, at these lengths, training is twice as fast as with PyTorch's fused kernel.
    Dropout is off because drawing its noise costs a third of a step; training masks question words instead.
    """
    import torch
    from transformers import AutoConfig

    from steep_plugins.generators.reader.network import MPNetSpanNetwork, SpanNetwork

    config = AutoConfig.from_pretrained(weights.config)
    kind: Any = {"bert": SpanNetwork, "mpnet": MPNetSpanNetwork}[config.model_type]
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    with torch.random.fork_rng(devices=[]), quiet():
        torch.manual_seed(seed)
        model, told = kind.from_pretrained(
            weights.folder, config=config, attn_implementation="eager", dtype=torch.float32, output_loading_info=True
        )
    lacking = sorted(name for name in told["missing_keys"] if not name.startswith("qa_outputs."))
    if lacking:
        raise ModelError(f"{weights.model} lacks {len(lacking)} of the tensors a reader needs ({lacking[0]} …)")
    return model.eval()


def with_new_lora(model: Any, *, rank: int, alpha: int, dropout: float, seed: int) -> Any:
    """A PEFT model with a fresh adapter on all linear layers; the span head is part of it."""
    import torch
    from peft import LoraConfig, TaskType, get_peft_model

    config = LoraConfig(
        task_type=TaskType.QUESTION_ANS,
        r=rank,
        lora_alpha=alpha,
        lora_dropout=dropout,
        target_modules=list(TARGETS[model.config.model_type]),
        layers_to_transform=_taught(model.config),
        layers_pattern="layer" if UNTAUGHT[model.config.model_type] else None,
    )
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT warns that a model built from files has no hub name
        torch.manual_seed(seed)
        return get_peft_model(model, config)


def _taught(config: Any) -> list[int] | None:
    """The blocks that get an adapter; None for all."""
    first = UNTAUGHT[config.model_type]
    return list(range(first, config.num_hidden_layers)) if first else None


def merged(model: Any, folder: Path, *, name: str) -> Any:
    """The model with the adapter in ``folder`` added into its weights; ``model`` itself is used up by it.

    ``name`` is what messages call the adapter. Raises AdapterError where it is missing or does not fit.
    """
    return with_adapter(model, folder, name=name).merge_and_unload().eval()


def with_adapter(model: Any, folder: Path, *, name: str, trainable: bool = False) -> Any:
    """A PEFT model with the adapter in ``folder``, to go on training or to merge."""
    from peft import PeftModel

    for file in ("adapter_config.json", "adapter_model.safetensors"):
        if not (folder / file).is_file():
            raise AdapterError(f"the adapter {name} lacks the file {file} in {folder}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return PeftModel.from_pretrained(model, str(folder), is_trainable=trainable)
    except (RuntimeError, ValueError, KeyError, TypeError, OSError, SafetensorError) as error:
        raise AdapterError(f"the adapter {name} in {folder} does not fit the reader: {error}") from error
