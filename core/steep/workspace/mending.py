"""Puts flipped bits right in what was made once and cannot be had again at will: datasets, adapters, reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.workspace.sealed import mend

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["mend_folders"]

_KEPT = ("datasets", "adapters", "reports")


def mend_folders(state: Path) -> tuple[Path, ...]:
    """The files below .steep that were put right."""
    folders = [folder for name in _KEPT for folder in sorted((state / name).glob("*")) if folder.is_dir()]
    return tuple(file for folder in folders for file in mend(folder))
