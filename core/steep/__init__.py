"""steep: steep a language model in your documents, and measure what it gained.

A plugin author needs ``hookimpl``, ``offer``, and the values and protocols of the kind that is offered.
Importing this loads no heavy library.
"""

from __future__ import annotations

from steep import errors, kinds, values
from steep.hooks import Context, NoOptions, Offer, Plugins, hookimpl, offer
from steep.values import content_id

__version__ = "0.1.0"

__all__ = [
    "Context",
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
