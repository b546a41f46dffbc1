"""steep serve: the OpenAI-compatible server."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, say, warn

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="By default that of steep.toml, 8000; 0 takes a free one.", show_default=False
        ),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="By default that of steep.toml, 127.0.0.1.", show_default=False)
    ] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Serve the profiles as models: /v1/models, /v1/chat/completions, /health, /schema. Ctrl-C stops it.

    Any OpenAI client can be pointed at it: base URL http://127.0.0.1:8000/v1, any key, and a model such as
    PROJECT/rag. It is reached from this machine only, unless --host says otherwise. With --json the object, with the
    port that was taken, is printed as soon as requests are answered; the log is on stderr.
    """
    from steep.server import serve as run_server

    with opened(folder) as project:
        name = project.config.project.name
        chosen = host or project.config.serve.host
        if chosen not in _LOOPBACK:
            warn(f"{chosen} can be reached from other machines, and nobody is asked for a key.")

        def ready(port: int) -> None:
            address = f"http://{f'[{chosen}]' if ':' in chosen else chosen}:{port}"
            if json:
                emit({"host": chosen, "port": port, "url": address, "project": name})
            else:
                say(f"Serving {name} at {address}/v1; Ctrl-C stops it.")

        wanted = project.config.serve.port if port is None else port
        run_server(project, host=chosen, port=wanted, ready=ready)
