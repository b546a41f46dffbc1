"""What is made of all documents is for callers who may see all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steep.server.callers import caller_of
from steep.server.errors import NotAllowed

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

__all__ = ["sees_all"]


async def sees_all(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard for a route that shows jobs, reports or the like: their words may come from any document."""
    caller = caller_of(connection)
    if caller.documents is not None:
        raise NotAllowed(f"this is made of all documents, and {caller.name} may see some of them.", code="not_all_seen")
