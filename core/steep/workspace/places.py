"""Where a project is: the folder of steep.toml, and what steep keeps beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "steep.toml"
STATE = ".steep"


def find_project(start: Path) -> Path:
    """The nearest folder, from ``start`` upwards, that holds a steep.toml."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise ConfigError(f"there is no {FILE_NAME} in {start} or above it; run `steep init` in your documents' folder.")
