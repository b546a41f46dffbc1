"""What a plugin may rely on: these modules of steep. Everything else may change without notice."""

from __future__ import annotations

PUBLIC: tuple[str, ...] = (
    "steep",
    "steep.chain",
    "steep.engine.adapters",
    "steep.engine.device",
    "steep.engine.objectives",
    "steep.engine.packing",
    "steep.errors",
    "steep.hooks",
    "steep.kinds",
    "steep.language",
    "steep.measuring.drift",
    "steep.measuring.scoring",
    "steep.measuring.windows",
    "steep.prompts",
    "steep.testing",
    "steep.validation",
    "steep.values",
)
