"""An encoder's network out of its files, and a starter added into it.

Imports torch and transformers; import it only where a network is wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import BertModel, MPNetModel

from steep.errors import AdapterError, ModelError
from steep_plugins.encoders.adding import added
from steep_plugins.models.quiet import quiet

if TYPE_CHECKING:
    from pathlib import Path

    from steep_plugins.encoders.model import EncoderModel, Weights

NETWORKS: dict[str, Any] = {"bert": BertModel, "mpnet": MPNetModel}


def network(model: EncoderModel, weights: Weights) -> Any:
    """The encoder in fp32, without a pooler. Raises ModelError where the files are of another sort, or lack weights."""
    kind = weights.kind
    if kind not in NETWORKS:
        raise ModelError(
            f"{model.title}: {weights.config} is of a model of type {kind!r}, which is none of {', '.join(NETWORKS)}."
        )
    with quiet():
        made, told = NETWORKS[kind].from_pretrained(
            weights.folder, add_pooling_layer=False, dtype=torch.float32, output_loading_info=True
        )
    if lacking := sorted(told["missing_keys"]):
        raise ModelError(f"{model.title}: {weights.model} lacks the weights {', '.join(lacking[:3])} …")
    return made.eval()


def taught(network: Any, folder: Path, *, of: str) -> str:
    """Add the adapter in ``folder`` (PEFT's layout) into the network's weights; 16 digits of its sha256.

    ``of`` is whose adapter it should be, in words. Raises AdapterError where it is not one for this network.
    """
    return added(lambda name: network.get_submodule(name).weight, folder, of=of)


def read_head(head: torch.nn.Module, file: Path, *, of: str) -> None:
    """Give a head, made for the network with the adapter beside it, its weights; raises AdapterError for others."""
    try:
        head.load_state_dict(load_file(file))
    except (OSError, RuntimeError, SafetensorError) as error:
        raise AdapterError(f"{file} is not the head of {of} ({error!r}); reinstall steep") from error
