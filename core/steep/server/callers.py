"""Who asks: made once for a request, where it comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steep.values import Caller

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection

__all__ = ["caller_of"]


def caller_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller:
    """Named by the address it comes from; whoever reaches the server sees all documents."""
    client = connection.client
    return Caller(name=f"http:{client.host}" if client else "http")
