"""Checks index names that stand in options against the indexes there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def known(names: Iterable[str], there_are: Sequence[str], *, key: str) -> tuple[str, ...]:
    """The names, if each is an index of the library; else a ConfigError that lists the indexes."""
    wanted = tuple(names)
    for name in wanted:
        if name not in there_are:
            listed = ", ".join(f"`{each}`" for each in there_are) or "none"
            raise ConfigError(f"[retriever]: `{key}` names the index {name!r}; steep.toml has: {listed}.")
    return wanted
