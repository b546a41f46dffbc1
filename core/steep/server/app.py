"""The application: the page at /, OpenAI's surface under /v1, the native one beside it, /health, /schema.

Handlers are synchronous and run in threads, as core does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

import steep
from steep.flows.jobs import Starter
from steep.server import health
from steep.server.errors import BadRequest
from steep.server.mcp.mounted import mounted
from steep.server.native.routes import routes
from steep.server.openai.routes import ROUTES as OPENAI
from steep.server.page.faults import FAULTS
from steep.server.page.routes import router as page_router

if TYPE_CHECKING:
    from steep.flows.answer import Answerer
    from steep.workspace.project import Project

__all__ = ["application_of"]

# a request of more bytes is refused before it is read
_LARGEST = 4_000_000
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PORT = re.compile(r":\d{1,5}$")


def application_of(project: Project, answerer: Answerer, *, host: str) -> Litestar:
    """The application; where it listens on this machine alone, it answers to this machine's names alone."""
    mcp = mounted(project, answerer, loopback=host in _LOOPBACK)
    return Litestar(
        route_handlers=[*OPENAI, *routes(), *health.ROUTES, page_router(), *mcp.routes],
        lifespan=[*mcp.lifespan],
        state=State(
            {"project": project, "answerer": answerer, "loopback": host in _LOOPBACK, "jobs": Starter(project)}
        ),
        exception_handlers=FAULTS,
        request_max_body_size=_LARGEST,
        before_request=_own_names_only if host in _LOOPBACK else None,
        openapi_config=OpenAPIConfig(
            title="steep",
            version=steep.__version__,
            path="/schema",
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
        ),
        logging_config=None,
    )


async def _own_names_only(request: Request[Any, Any, Any]) -> None:
    """A page of the web can point a name of its own at this machine (DNS rebinding); it is not answered."""
    name = _PORT.sub("", request.headers.get("host", "")).strip("[]")
    if name not in _LOOPBACK:
        raise BadRequest(f"this server answers to {', '.join(_LOOPBACK)} only, not to {name!r}.", code="unknown_host")
