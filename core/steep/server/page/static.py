"""What a browser loads beside a page: the styles, the script, the icons. A name carries the hash of its content."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

__all__ = ["ROUTES", "asset"]

_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
# the report's style is the page's too
_ROOMS = {"style.css": ("steep.report", "templates")}
_HERE = ("steep.server.page", "static")
_NAMES = ("style.css", "page.css", "page.js", "icons.svg", "leaf.svg")


def asset(name: str) -> str:
    """The address of a file, which changes with its content, so that a browser may keep it for good."""
    return f"/static/{name}?{hashlib.sha256(_content(name)).hexdigest()[:12]}"


@get("/static/{name:str}", sync_to_thread=False)
def static(name: FromPath[str]) -> Response[Any]:
    """A style, a script or an icon."""
    if name not in _NAMES:
        raise NotFoundException
    kind = _KINDS[name.rpartition(".")[2]]
    return Response(
        _content(name),
        media_type=kind,  # to a text the framework adds that it is UTF-8
        headers={"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"},
    )


@cache
def _content(name: str) -> bytes:
    package, folder = _ROOMS.get(name, _HERE)
    return files(package).joinpath(folder, name).read_bytes()


ROUTES = [static]
