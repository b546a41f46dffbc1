"""steep serve: the page, and the OpenAI-compatible server."""

from __future__ import annotations

import os
import sys
import webbrowser
from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, say, warn

# what says that there is somewhere to show a window
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "BROWSER")


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
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Serve the page, and the profiles as models: /v1/models, /v1/chat/completions, /health. Ctrl-C stops it.

    The page, at http://127.0.0.1:8000, is where people ask, look at documents, and start what there is to run. Any
    OpenAI client can be pointed at the server: base URL http://127.0.0.1:8000/v1, a model such as PROJECT/rag, and a
    key of `steep keys new`, or any where none was made. It is reached from this machine only, unless --host says
    otherwise, and then by callers with a key only. With --json the object, with the port that was taken, is printed as
    soon as requests are answered; the log is on stderr.
    """
    from steep.server import serve as run_server

    with opened(folder) as project:
        name = project.config.project.name
        chosen = host or project.config.serve.host

        def ready(port: int) -> None:
            address = f"http://{f'[{chosen}]' if ':' in chosen else chosen}:{port}"
            if json:
                emit({"host": chosen, "port": port, "url": address, "project": name})
            else:
                say(f"The page of {name}: {address}", f"For programs: {address}/v1. Ctrl-C stops it.")
            if open_page and not _opened(address):
                warn(f"no browser can be opened from here; open {address} yourself.")

        wanted = project.config.serve.port if port is None else port
        run_server(project, host=chosen, port=wanted, ready=ready)


def _opened(address: str) -> bool:
    """Whether a browser with a window took the address; one that runs in a terminal would take this one."""
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in _DISPLAYS):
        return False
    return webbrowser.open(address)
