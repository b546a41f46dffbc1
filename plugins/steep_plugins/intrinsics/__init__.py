"""The intrinsics that come with steep: a folder each, with its prompt, and adapters for the models that were taught it.

``NAME/prompt.json`` is the prompt to the letter; ``NAME/adapters/*/`` are folders in PEFT's layout, whose ``base.json``
names the digest of the model that they belong to; where a job is to choose, ``calibration.json`` says what makes a
probability of the log-odds. Jobs that were taught together share an adapter: ``base.json`` then names the job that has
it (``of``), and what a model read of the passages for one of them serves the others. ``quotes`` says that it was
taught to quote the sentence that decides before it replies, ``fills`` that a JSON schema is filled in better with the
adapter than without. ``NAME/shown.json`` has worked examples for models that
were not taught the job. Importing this loads nothing heavy.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from steep.errors import PluginNotFound
from steep.kinds import AdapterRef, Calibration, Intrinsic, Shown

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
    adapters, calibrations, quoting, filling = {}, {}, set(), set()
    for base in sorted(folder.glob(f"{name}/adapters/*/base.json")):
        row: dict[str, Any] = json.loads(base.read_text("utf-8"))
        owner = row.get("of", name)
        weights = folder / owner / "adapters" / base.parent.name
        adapters[row["digest"]] = AdapterRef(version=_version(weights), folder=weights, job=owner)
        calibrations[row["digest"]] = _calibration(base.parent)
        quoting |= {row["digest"]} if row.get("quotes") else set()
        filling |= {row["digest"]} if row.get("fills") else set()
    return Intrinsic(
        name=name,
        **prompt,
        adapters=adapters,
        calibrations=calibrations,
        quoting=frozenset(quoting),
        filling=frozenset(filling),
        shown=_shown(folder / name / "shown.json"),
    )


def _shown(file: Path) -> tuple[Shown, ...]:
    rows: list[dict[str, Any]] = json.loads(file.read_text("utf-8")) if file.is_file() else []
    return tuple(Shown(passages=tuple(row.pop("passages")), reply=row.pop("reply"), fields=row) for row in rows)


def _calibration(folder: Path) -> Calibration:
    file = folder / "calibration.json"
    return Calibration(**json.loads(file.read_text("utf-8"))) if file.is_file() else Calibration()


def _version(folder: Path) -> str:
    """Names an adapter by its weights."""
    with (folder / "adapter_model.safetensors").open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:24]
