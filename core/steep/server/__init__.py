"""The server: the profiles as OpenAI models, and the native surface. The web framework is imported when it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar import Litestar
    from uvicorn import Server

    from steep.workspace.project import Project

__all__ = ["application", "serve", "server_of"]


def application(project: Project, *, host: str = "127.0.0.1") -> Litestar:
    """The ASGI application of a project, with all its parts built; raises what is wrong with them."""
    from steep.flows.answer import Answerer
    from steep.server.app import application_of

    answerer = Answerer(project)
    answerer.prepare()
    return application_of(project, answerer, host=host)


def server_of(project: Project, *, host: str = "127.0.0.1", port: int = 8000) -> Server:
    """A server that runs when it is told to, and ends when its ``should_exit`` is set."""
    import uvicorn

    app = application(project, host=host)
    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, ws="none", log_level="info"))


def serve(project: Project, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a project until it is interrupted."""
    server_of(project, host=host, port=port).run()
