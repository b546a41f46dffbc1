"""The server: the profiles as OpenAI models, and the native surface. The web framework is imported when it starts."""

from __future__ import annotations

import copy
import logging
import socket
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from steep.errors import ConfigError, NotIndexed

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Litestar
    from uvicorn import Server

    from steep.flows.answer import Answerer
    from steep.workspace.project import Project

__all__ = ["application", "serve", "server_of"]

log = logging.getLogger(__name__)


def application(project: Project, *, host: str = "127.0.0.1") -> Litestar:
    """The ASGI application of a project, with all its parts built; raises what is wrong with them.

    Nothing need be indexed yet: the page says what to do, and questions get that for an answer. What answers is loaded
    when the server starts, while it answers already; /ready says when that is done.
    """
    from steep.flows.answer import Answerer
    from steep.server.app import application_of
    from steep.server.callers import check_reachable

    check_reachable(project, host)
    answerer = Answerer(project)
    warming: Callable[[], None] | None = partial(_warm, answerer)
    try:
        answerer.prepare()
    except NotIndexed as error:
        log.warning("%s Until then no question can be answered.", error)
        warming = None
    return application_of(project, answerer, host=host, warming=warming)


def _warm(answerer: Answerer) -> None:
    answerer.load()
    answerer.warm()
    if differs := answerer.outdated():
        log.warning("%s. Run `steep index`.", differs)


def server_of(project: Project, *, host: str = "127.0.0.1", port: int = 8000) -> Server:
    """A server that runs when it is told to, and ends when its ``should_exit`` is set."""
    import uvicorn

    from steep.server.protocol import Protocol

    app = application(project, host=host)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        ws="none",
        proxy_headers=False,
        log_level="info",
        log_config=_logging(),
        timeout_graceful_shutdown=project.config.limits.leave_seconds,
        http=Protocol,
    )
    return uvicorn.Server(config)


def serve(
    project: Project, *, host: str = "127.0.0.1", port: int = 8000, ready: Callable[[int], None] = lambda port: None
) -> None:
    """Serve a project until it is interrupted; ``ready`` is told the port once requests are taken.

    The port is taken before anything is loaded: raises ConfigError where it cannot be had, or where other machines
    reach it and nobody has a key.
    """
    from steep.server.callers import check_reachable

    check_reachable(project, host)
    with closing(_bound(host, port)) as taken:
        server = server_of(project, host=host, port=port)
        taken.listen(server.config.backlog)
        ready(taken.getsockname()[1])
        server.run(sockets=[taken])


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        taken = socket.socket(family, kind, protocol)
        try:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(address)
        except OSError:
            taken.close()
            raise
    except OSError as error:
        raise ConfigError(
            f"{host}, port {port}, cannot be listened on ({error.strerror}): choose another with --port or --host, or "
            "under [serve] in steep.toml; port 0 takes a free one."
        ) from error
    return taken


def _logging() -> dict[str, Any]:
    """The web server's own logging and this package's, all of it on stderr: stdout is the command's."""
    from uvicorn.config import LOGGING_CONFIG

    told: dict[str, Any] = copy.deepcopy(LOGGING_CONFIG)
    told["handlers"]["access"]["stream"] = "ext://sys.stderr"
    told["loggers"][__name__] = {"handlers": ["default"], "level": "INFO", "propagate": False}
    return told
