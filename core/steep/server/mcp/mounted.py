"""The surface over streamable HTTP, under /mcp of the server: each request stands alone, with the caller of its key."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar import Litestar, asgi
from litestar.types import ControllerRouterHandler, Receive, Scope, Send

from steep.errors import MissingDependency
from steep.flows.answer import Answerer
from steep.server.admission import WORK
from steep.server.callers import caller_of, needs
from steep.server.encoding import coding_of
from steep.server.errors import BadRequest, WrongType
from steep.values import Caller
from steep.workspace.project import Project

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

__all__ = ["Mounted", "missing", "mounted"]

_CALLER = "steep.mcp.caller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """``lifespan`` keeps the protocol's sessions while the server runs; without it no request is answered."""

    routes: Sequence[ControllerRouterHandler]
    lifespan: Sequence[Callable[[Litestar], AbstractAsyncContextManager[None]]] = ()


class NotInstalled(BadRequest):
    status = 501


def mounted(project: Project, answerer: Answerer) -> Mounted:
    """The route under /mcp; where the library is not installed, one that says how to install it."""
    try:
        manager = _manager(project, answerer)
    except ImportError:
        return Mounted(routes=[_absent])

    @asgi("/mcp", guards=[needs("ask")], copy_scope=True, opt=WORK)
    async def mcp(scope: Scope, receive: Receive, send: Send) -> None:
        """The Model Context Protocol, as streamable HTTP."""
        if coding_of(dict(scope["headers"]).get(b"content-encoding", b"").decode("latin-1")):
            raise WrongType("the body is packed by gzip; send it as it is to /mcp.", code="unsupported_encoding")
        scope[_CALLER] = _caller(scope)  # type: ignore[literal-required]  # what a request carries beside the standard
        await manager.handle_request(scope, receive, send)  # type: ignore[arg-type]  # two names for one ASGI

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with manager.run():
            yield

    return Mounted(routes=[mcp], lifespan=[lifespan])


def missing() -> MissingDependency:
    return MissingDependency(library="mcp", wanted_by="the Model Context Protocol", extra="mcp")


@asgi("/mcp", guards=[needs("ask")], copy_scope=True)
async def _absent(scope: Scope, receive: Receive, send: Send) -> None:
    raise NotInstalled(str(missing()), code="not_installed")


def _manager(project: Project, answerer: Answerer) -> "StreamableHTTPSessionManager":
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from mcp.server.transport_security import TransportSecuritySettings

    from steep.server.mcp.surface import surface_of

    return StreamableHTTPSessionManager(
        surface_of(project, answerer, lambda context: _of(context.request)),
        json_response=True,
        stateless=True,
        # the service looks at Host and Origin before any route does, by what steep.toml says
        security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )


def _caller(scope: Scope) -> Caller:
    from litestar.connection import ASGIConnection

    return caller_of(ASGIConnection(scope))


def _of(request: Any) -> Caller:
    """The caller that stands with a request; no request comes here without one."""
    caller: Caller = request.scope[_CALLER]
    return caller
