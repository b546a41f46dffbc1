"""An encoder's files, and the proof that they are the ones expected."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from steep.errors import ModelError, SteepError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODEL, CONFIG, TOKENIZER = "model.safetensors", "config.json", "tokenizer.json"
FILES = (MODEL, CONFIG, TOKENIZER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The files of one model; ``mend`` is what to do where one of them is not as it should be."""

    folder: Path
    mend: str = ""

    @property
    def model(self) -> Path:
        return self.folder / MODEL

    @property
    def config(self) -> Path:
        return self.folder / CONFIG

    @property
    def tokenizer(self) -> Path:
        return self.folder / TOKENIZER

    @property
    def settings(self) -> dict[str, Any]:
        """What config.json states."""
        stated: dict[str, Any] = json.loads(self.config.read_text("utf-8"))
        return stated

    @property
    def kind(self) -> str | None:
        """The ``model_type`` that it states."""
        return self.settings.get("model_type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``where`` the model is, in words; ``weights`` gives its files, which may have to be put together first."""

    where: str
    weights: Callable[[], Weights]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderModel:
    """An encoder that steep knows by its hash.

    ``name`` is what steep.toml calls it and ``title`` what messages do; ``install`` is the line to type where it is
    missing. ``sha256`` is that of model.safetensors; those of the two small files are checked where they are given.
    ``tokens`` is how long a text its authors let it read; ``bytes``, whether products in int8 leave its embeddings
    where they are (mean cosine to fp32 of 0.999 and more). ``located`` looks for it without reading its weights, and
    raises MissingDependency or ModelError.
    """

    name: str
    title: str
    hub: str
    sha256: str
    licence: str
    install: str
    tokens: int
    located: Callable[[], Found]
    bytes: bool = True
    config_sha256: str | None = None
    tokenizer_sha256: str | None = None

    @property
    def proofs(self) -> dict[str, str]:
        """The hashes of the files, by name."""
        named = {MODEL: self.sha256, CONFIG: self.config_sha256, TOKENIZER: self.tokenizer_sha256}
        return {file: digest for file, digest in named.items() if digest is not None}


def where(model: EncoderModel) -> str:
    """Where the model is, in words; raises MissingDependency with the line to type, or ModelError."""
    return model.located().where


def present(model: EncoderModel) -> bool:
    """Whether ``find`` would look at its files, which are neither read nor put together for that. Raises nothing."""
    try:
        model.located()
    except SteepError:
        return False
    return True


def find(model: EncoderModel) -> Weights:
    """The model's files by path, all three of them there."""
    weights = model.located().weights()
    for path in (weights.model, weights.config, weights.tokenizer):
        if not path.is_file():
            raise ModelError(f"{model.title}: the file {path} is missing. {weights.mend}")
    return weights


def verified(model: EncoderModel) -> Weights:
    """As ``find``, with the files checked against the model's hashes.

    The check runs once a process for the same file (path, size and time of change). Raises ModelError.
    """
    weights = find(model)
    for file, expected in model.proofs.items():
        path = weights.folder / file
        status = path.stat()
        digest = _digest(path, status.st_size, status.st_mtime_ns)
        if digest != expected:
            raise ModelError(
                f"{model.title}: {path} has sha256 {digest} ({status.st_size} bytes), expected {expected}: the file is "
                f"damaged or another model. {weights.mend}"
            )
    return weights


@lru_cache(maxsize=16)
def _digest(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
