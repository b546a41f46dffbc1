"""The scripts that made the starters of the language models, and models of two layers to try them on."""

from __future__ import annotations

import dataclasses
import importlib
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "examples/starters/intrinsics"


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    before = set(sys.modules)
    yield lambda name: importlib.import_module(name)
    for name in set(sys.modules) - before:
        if str(SCRIPTS) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def base_of(script, monkeypatch, tmp_path):
    """SmolLM2 as far as adapters name it: whether it is on this machine does not matter."""
    from steep_plugins.models.loading import ModelFiles

    base, file = script("base"), tmp_path / "base.gguf"
    file.write_bytes(b"GGUF")
    known = dataclasses.replace(base.SMOLLM2, find=lambda: ModelFiles(name="smollm2", source=file))
    monkeypatch.setitem(base.BASES, "smollm2", known)
    return known


@pytest.fixture
def tokenizer():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    bytewise = Tokenizer(models.BPE(vocab={letter: at for at, letter in enumerate(letters)}, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    bytewise.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    return PreTrainedTokenizerFast(tokenizer_object=bytewise)


@pytest.fixture
def model():
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(4)
    shape = {"hidden_size": 48, "intermediate_size": 64, "num_attention_heads": 6, "num_key_value_heads": 2}
    made = LlamaForCausalLM(LlamaConfig(vocab_size=258, num_hidden_layers=2, tie_word_embeddings=True, **shape))
    return made.requires_grad_(False)


def row(count: int = 5) -> dict[str, object]:
    branches = [{"question": f"What is {'so ' * n}{n}?", "reply": f"{n} is {'x' * n} [1]"} for n in range(count)]
    return {"passages": ["The pier is 40 m long.", "It was built in 1931."], "branches": branches}
