"""Finds a model's files, names them by content, and loads them.

Weights are read from safetensors only, and no code that comes with a model is run.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.engine.device import compute_dtype
from steep.errors import ModelError
from steep.values import content_id
from steep_plugins.models.gguf import check_converted, converted, is_converted
from steep_plugins.models.quiet import quiet

if TYPE_CHECKING:
    import torch

FILES = ("*.json", "*.safetensors", "*.jinja", "*.model", "*.txt")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# where the files came from and who wrote them says nothing about the model
_VOLATILE = frozenset({"_name_or_path", "dtype", "torch_dtype", "transformers_version", "use_cache"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model on this machine: ``name`` as it was written, ``source`` its folder, or its GGUF file."""

    name: str
    source: Path
    licence: str = ""

    @property
    def is_gguf(self) -> bool:
        return self.source.suffix == ".gguf"

    @property
    def folder(self) -> Path:
        """The folder in Hugging Face's layout; a GGUF file is converted when this is first asked for."""
        return converted(self.source, sha256(self.source)) if self.is_gguf else self.source

    def check(self) -> None:
        """Raises ModelError where a GGUF file was converted to something that cannot be used; converts nothing."""
        if self.is_gguf:
            check_converted(self.source, sha256(self.source))

    @property
    def digest(self) -> str:
        """Names configuration and weights, the same for a hub's copy and a folder with the same content."""
        if self.is_gguf:
            return "lm-" + content_id("gguf", sha256(self.source))
        settings = json.loads((self.source / "config.json").read_text("utf-8"))
        kept = {key: value for key, value in settings.items() if key not in _VOLATILE}
        weights = [f"{path.name}:{sha256(path)}" for path in self.weights]
        return "lm-" + content_id("language model", json.dumps(kept, sort_keys=True), *weights)

    @property
    def weights(self) -> list[Path]:
        return [self.source] if self.is_gguf else sorted(self.source.glob("*.safetensors"))

    @property
    def seq2seq(self) -> bool:
        if self.is_gguf:
            return False
        return bool(json.loads((self.source / "config.json").read_text("utf-8")).get("is_encoder_decoder", False))


def find_model(name: str, *, revision: str | None = None, project: Path | None = None) -> ModelFiles:
    """The files of a model given as a folder or GGUF file, relative to the project or not, or as a hub's id.

    A GGUF file on a hub is ``owner/name/file.gguf``. A hub is asked only when there is nothing of that name here; what
    was downloaded before needs no network.
    """
    for path in (project / name if project else None, Path(name).expanduser()):
        if path is not None and path.is_dir():
            return _checked(ModelFiles(name=name, source=path.resolve()))
        if path is not None and path.is_file() and path.suffix == ".gguf":
            return ModelFiles(name=name, source=path.absolute())
    if name.startswith((".", "/", "~")):
        raise ModelError(f"the model {name!r} is a path to no folder and no GGUF file; mend it in steep.toml.")
    found = ModelFiles(name=name, source=_downloaded(name, revision))
    return found if found.is_gguf else _checked(found)


def _downloaded(name: str, revision: str | None) -> Path:
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import HFValidationError

    owner, _, rest = name.partition("/")
    repository, _, file = rest.partition("/")
    try:
        with quiet():
            if file.endswith(".gguf"):
                return Path(hf_hub_download(f"{owner}/{repository}", file, revision=revision))
            return Path(snapshot_download(name, revision=revision, allow_patterns=list(FILES)))
    except (OSError, HFValidationError) as error:  # the hub's own errors, and the network's, are OSErrors
        wanted = f"{name!r} at revision {revision!r}" if revision else repr(name)
        why = str(error).strip().partition("\n")[0]
        raise ModelError(
            f"the model {wanted} is neither a folder or GGUF file here nor to be had from the hub ({why}). "
            "Give the path of a folder with config.json and *.safetensors, or download the model first."
        ) from error


def _checked(files: ModelFiles) -> ModelFiles:
    if not (files.source / "config.json").is_file():
        raise ModelError(f"the model folder {files.source} holds no config.json; it is not a model of transformers.")
    if not any(files.source.glob("*.safetensors")):
        raise ModelError(
            f"the model folder {files.source} holds no *.safetensors; other weight files can carry code and are not "
            "read. Save the model again with `save_pretrained`."
        )
    return files


def sha256(path: Path) -> str:
    """The hash of a file. A hub's cache names a large file by it, which saves reading; else it is kept a process."""
    real = path.resolve()
    if _SHA256.fullmatch(real.name):
        return real.name
    status = real.stat()
    return _sha256(real, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=256)
def _sha256(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load_tokenizer(files: ModelFiles) -> Any:
    from transformers import AutoTokenizer

    try:
        with quiet():
            return AutoTokenizer.from_pretrained(str(files.folder))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the tokenizer in {files.folder} cannot be loaded: {error}") from error


def load_model(files: ModelFiles, *, dtype: str, device: str) -> Any:
    """The model in evaluation mode. ``dtype`` is auto, float32 or bfloat16; auto is what the device is fast at."""
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, GenerationConfig

    kind = AutoModelForSeq2SeqLM if files.seq2seq else AutoModelForCausalLM
    try:
        with quiet():
            model = kind.from_pretrained(
                str(files.folder), dtype=format_of(dtype, device), use_safetensors=True, trust_remote_code=False
            )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(f"the model in {files.folder} cannot be loaded: {error}") from error
    # a model's own sampling habits (temperature, repetition penalty) would make answers depend on more than the request
    habits = model.generation_config
    model.generation_config = GenerationConfig(
        bos_token_id=habits.bos_token_id,
        eos_token_id=habits.eos_token_id,
        pad_token_id=habits.pad_token_id,
        decoder_start_token_id=habits.decoder_start_token_id,
    )
    return model.to(device).eval()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the files say without the weights: how many tokens the model was made for, and which ones end a reply."""

    context: int
    ends: tuple[int, ...]


def limits_of(files: ModelFiles, tokenizer: Any) -> Limits:
    """The context is 2048 where neither model nor tokenizer says."""
    from transformers import GenerationConfig

    config = config_of(files)
    try:
        with quiet():
            habits = GenerationConfig.from_model_config(config)
            if (files.folder / "generation_config.json").is_file():
                habits = GenerationConfig.from_pretrained(str(files.folder))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the configuration in {files.folder} cannot be loaded: {error}") from error
    ends = habits.eos_token_id
    ends = () if ends is None else tuple(ends) if isinstance(ends, list) else (ends,)
    return Limits(context=_context(config.get_text_config(), tokenizer), ends=ends)


def config_of(files: ModelFiles) -> Any:
    """The model's configuration; a GGUF file is converted for it."""
    from transformers import AutoConfig

    try:
        with quiet():
            return AutoConfig.from_pretrained(str(files.folder), trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the configuration in {files.folder} cannot be loaded: {error}") from error


def known_config(files: ModelFiles) -> Any:
    """The same where it can be had at once; None for a GGUF file that was not converted yet."""
    return config_of(files) if not files.is_gguf or is_converted(files.source, sha256(files.source)) else None


def _context(settings: Any, tokenizer: Any) -> int:
    for name in ("max_position_embeddings", "n_positions"):
        value = getattr(settings, name, None)
        if isinstance(value, int) and value > 0:
            return value
    limit = int(tokenizer.model_max_length)
    return limit if 0 < limit < 10**6 else 2048


def licence_of(files: ModelFiles) -> str:
    """The licence that the card beside a model names; empty where there is none."""
    card = files.source.parent / "README.md" if files.is_gguf else files.source / "README.md"
    if not card.is_file():
        return ""
    head = card.read_text("utf-8", errors="replace").removeprefix("---\n").partition("\n---")[0]
    found = re.search(r"^license:\s*(\S+)", head, re.MULTILINE)
    return found[1] if found else ""


def format_of(name: str, device: str) -> torch.dtype:
    """The number format that `dtype` means on a device; auto is what it is fast at."""
    import torch

    return {"float32": torch.float32, "bfloat16": torch.bfloat16}.get(name) or compute_dtype(device)
