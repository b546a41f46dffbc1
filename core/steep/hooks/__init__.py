"""How parts are found: hook specifications, offers, and discovery, and the manager that builds parts by name."""

from __future__ import annotations

from steep.hooks.blame import blamed
from steep.hooks.discovery import Origin, Selection
from steep.hooks.holding import held
from steep.hooks.manager import Broken, Offered, Plugins
from steep.hooks.offers import Context, Fitting, NoOptions, Offer, offer
from steep.hooks.returned import Wrong, storable
from steep.hooks.specs import hookimpl, hookspec

__all__ = [
    "Broken",
    "Context",
    "Fitting",
    "NoOptions",
    "Offer",
    "Offered",
    "Origin",
    "Plugins",
    "Selection",
    "Wrong",
    "blamed",
    "held",
    "hookimpl",
    "hookspec",
    "offer",
    "storable",
]
