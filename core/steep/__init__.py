"""steep: steep a language model in your documents, and measure what it gained.

A plugin author needs ``hookimpl``, ``offer``, and the values and protocols of the kind that is offered.
Importing this loads nothing else: what it exports is imported when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steep import errors, kinds, values
    from steep.hooks import Context, Fitting, NoOptions, Offer, Plugins, hookimpl, offer
    from steep.values import content_id

__version__ = "0.2.0"

__all__ = [
    "Context",
    "Fitting",
    "NoOptions",
    "Offer",
    "Plugins",
    "__version__",
    "content_id",
    "errors",
    "hookimpl",
    "kinds",
    "offer",
    "values",
]

_HOMES = {
    "Context": "steep.hooks",
    "Fitting": "steep.hooks",
    "NoOptions": "steep.hooks",
    "Offer": "steep.hooks",
    "Plugins": "steep.hooks",
    "content_id": "steep.values",
    "hookimpl": "steep.hooks",
    "offer": "steep.hooks",
}


def __getattr__(name: str) -> Any:
    """Import what is exported when it is first asked for (PEP 562)."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name in __all__:
        return importlib.import_module(f"steep.{name}")
    raise AttributeError(f"module 'steep' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
