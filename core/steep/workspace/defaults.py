"""Which parts a project has where its steep.toml names none: data beside the built-in plugins, so that core knows none.

Nothing that is installed later changes it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["default"]

_PACKAGE, _FILE = "steep_plugins", "defaults.toml"


def default(table: str, key: str) -> Any:
    """What stands for a key of a table of steep.toml that is not set."""
    return _defaults()[table][key]


@cache
def _defaults() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(_PACKAGE).joinpath(_FILE).read_text("utf-8"))
