"""A checkpoint that is complete or absent: written aside, flushed to disk, then renamed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

NAME = "checkpoint.pt"


def save(folder: Path, state: dict[str, Any]) -> None:
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{NAME}.partial"
    with aside.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / NAME)


def load(folder: Path) -> dict[str, Any] | None:
    """The last state saved there, or None; a partial file left by a killed run is ignored."""
    import torch

    path = folder / NAME
    if not path.is_file():
        return None
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state
