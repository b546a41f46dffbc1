"""The views of the page."""

from __future__ import annotations

from typing import Any

from litestar import Router

from steep.server.page import adapters, answers, ask, compare, documents, keys, review, settings, static, status
from steep.server.page.origin import own_pages_only

__all__ = ["router"]

_VIEWS = (ask, answers, compare, documents, review, adapters, keys, settings, status, static)


def router(*beside: Any) -> Router:
    """The views; what stands ``beside`` them at the same paths, such as /sign-in, must be registered with them."""
    handlers = [*beside, *(handler for view in _VIEWS for handler in view.ROUTES)]
    return Router("/", route_handlers=handlers, guards=[own_pages_only], include_in_schema=False)
