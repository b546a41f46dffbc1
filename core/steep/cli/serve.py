"""steep serve: the OpenAI-compatible server."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, warn


def serve(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="By default that of steep.toml, 8000.", show_default=False)
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="By default that of steep.toml, 127.0.0.1.", show_default=False)
    ] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Serve the profiles as models: /v1/models, /v1/chat/completions, /health, /schema. Ctrl-C stops it."""
    from steep.server import serve as run_server

    with opened(folder) as project:
        chosen_host = host or project.config.serve.host
        chosen_port = project.config.serve.port if port is None else port
        if json:
            emit({"host": chosen_host, "port": chosen_port, "project": project.config.project.name})
        if chosen_host not in ("127.0.0.1", "localhost", "::1"):
            warn(f"{chosen_host} can be reached from other machines, and nobody is asked for a key.")
        run_server(project, host=chosen_host, port=chosen_port)
