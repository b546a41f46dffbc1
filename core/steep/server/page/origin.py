"""Forms are sent by our own pages only: another site's page cannot send one in the name of whoever looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from steep.server.errors import BadRequest

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

__all__ = ["own_pages_only"]

_SAFE = ("GET", "HEAD", "OPTIONS")


class ForeignPage(BadRequest):
    status = 403


async def own_pages_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard: what changes something must come from a page of this server, as browsers tell, or from no browser."""
    if connection.scope.get("method") in _SAFE:
        return
    headers = connection.headers
    origin = headers.get("origin")
    foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    if foreign or (origin is not None and urlsplit(origin).netloc != headers.get("host", "")):
        raise ForeignPage("this was sent by the page of another site, so nothing was done.", code="foreign_page")
