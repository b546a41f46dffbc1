"""The intrinsics that come with steep: a folder each, with its prompt, and adapters for the models that were taught it.

``NAME/prompt.json`` is the prompt to the letter; ``NAME/adapters/*/`` are folders in PEFT's layout, whose ``base.json``
names the digest of the model that they belong to; where a job is to choose, ``calibration.json`` says what makes a
probability of the log-odds. Importing this loads nothing heavy.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from steep.errors import PluginNotFound
from steep.kinds import AdapterRef, Calibration, Intrinsic

__all__ = ["find", "names"]

_HERE = Path(__file__).parent


def names(folder: Path = _HERE) -> tuple[str, ...]:
    """The intrinsics there are."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/prompt.json")))


@cache
def find(name: str, folder: Path = _HERE) -> Intrinsic:
    """The intrinsic of a name; raises PluginNotFound where there is none."""
    file = folder / name / "prompt.json"
    if not file.is_file():
        raise PluginNotFound(f"there is no intrinsic named {name!r}; known are {', '.join(names(folder))}.")
    prompt: dict[str, Any] = json.loads(file.read_text("utf-8"))
    prompt["replies"] = tuple(prompt.get("replies", ()))
    bases = _bases(folder / name / "adapters")
    return Intrinsic(
        name=name,
        **prompt,
        adapters={digest: AdapterRef(version=_version(at), folder=at) for digest, at in bases.items()},
        calibrations={digest: _calibration(at) for digest, at in bases.items()},
    )


def _bases(folder: Path) -> dict[str, Path]:
    """The adapters' folders by the digest of their base model."""
    files = sorted(folder.glob("*/base.json"))
    return {str(json.loads(file.read_text("utf-8"))["digest"]): file.parent for file in files}


def _calibration(folder: Path) -> Calibration:
    file = folder / "calibration.json"
    return Calibration(**json.loads(file.read_text("utf-8"))) if file.is_file() else Calibration()


def _version(folder: Path) -> str:
    """Names an adapter by its weights."""
    with (folder / "adapter_model.safetensors").open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:24]
