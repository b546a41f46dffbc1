"""The views of the page."""

from __future__ import annotations

from typing import Any

from litestar import Router

from steep.server.page import (
    adapters,
    answers,
    ask,
    compare,
    documents,
    door,
    keys,
    pairs,
    review,
    runs,
    settings,
    static,
    status,
    uploading,
)

__all__ = ["router"]

_VIEWS = (
    ask, answers, compare, documents, uploading, door, pairs, review, runs, adapters, keys, settings, status, static
)  # fmt: skip


def router(*beside: Any) -> Router:
    """The views; what stands ``beside`` them at the same paths, such as /sign-in, must be registered with them."""
    handlers = [*beside, *(handler for view in _VIEWS for handler in view.ROUTES)]
    return Router("/", route_handlers=handlers, include_in_schema=False)
