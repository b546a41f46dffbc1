"""The views of the page."""

from __future__ import annotations

from litestar import Router

from steep.server.page import adapters, answers, ask, compare, documents, keys, settings, static, status
from steep.server.page.origin import own_pages_only

__all__ = ["router"]

_VIEWS = (ask, answers, compare, documents, adapters, keys, settings, status, static)


def router() -> Router:
    handlers = [handler for view in _VIEWS for handler in view.ROUTES]
    return Router("/", route_handlers=handlers, guards=[own_pages_only], include_in_schema=False)
