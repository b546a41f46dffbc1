"""steep mcp: the documents for an assistant that starts servers itself."""

from __future__ import annotations

from steep.cli.output import Folder, opened, out


def mcp(folder: Folder = None) -> None:
    """Serve search, ask and the documents over the Model Context Protocol, on stdin and stdout.

    Assistants start it themselves: name the command `steep mcp --project FOLDER` in their settings. `steep serve` has
    the same under /mcp, for those that ask over HTTP.
    """
    from steep.server.mcp.stdio import serve_stdio

    with opened(folder) as project:
        serve_stdio(project, out())
