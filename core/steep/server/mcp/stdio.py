"""The surface over stdin and stdout, for a client that starts it itself and so sees what the files' owner sees."""

from __future__ import annotations

from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from steep.server.mcp.mounted import missing
from steep.values import OPERATOR

if TYPE_CHECKING:
    from steep.workspace.project import Project

__all__ = ["serve_stdio"]


def serve_stdio(project: Project, stdout: TextIO) -> None:
    """Answer until stdin ends; raises MissingDependency, and what is wrong with the project's parts.

    ``stdout`` belongs to the protocol alone.
    """
    try:
        import anyio
        from mcp.server.stdio import stdio_server

        from steep.server.mcp.surface import surface_of
    except ImportError:
        raise missing() from None
    from steep.flows.answer import Answerer

    answerer = Answerer(project)
    answerer.prepare()
    answerer.warm()
    server = surface_of(project, answerer, lambda context: OPERATOR)

    async def run() -> None:
        replies = anyio.wrap_file(TextIOWrapper(stdout.buffer, encoding="utf-8"))
        async with stdio_server(stdout=replies) as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)
