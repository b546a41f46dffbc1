"""Who asks: made once for a request, where it comes in, and what a route needs of it.

A route says ``guards=[needs("operate")]``, and its handler asks for ``caller_of(request)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steep.server.errors import NotAllowed
from steep.values import OPERATOR, Caller

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

    from steep.values import Scope

__all__ = ["caller_of", "needs"]

_KEY = "steep.caller"


def caller_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller:
    """Who sent a request: what it may see, and what it may do; the same however often it is asked for.

    On this machine alone everybody is the operator.
    """
    scope: dict[str, Any] = connection.scope  # type: ignore[assignment]  # what a request carries beside the standard
    if _KEY not in scope:
        scope[_KEY] = OPERATOR if connection.app.state.loopback else _stranger(connection)
    caller: Caller = scope[_KEY]
    return caller


def needs(scope: Scope) -> Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]:
    """A guard for a route: lets those pass that may do this."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        caller = caller_of(connection)
        if not caller.may(scope):
            raise NotAllowed(
                f"this needs the scope `{scope}`, and {caller.name} has `{caller.scope}`.", code="scope_missing"
            )

    return guard


def _stranger(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller:
    client = connection.client
    return Caller(name=f"http:{client.host}" if client else "http")
