"""The door: where a browser shows its key. What is sent there is taken by ``signing``."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import re
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery

from steep.server.page.frame import page

__all__ = ["ROUTES"]

_OWN_PATH = re.compile(r"/(?![/\\])")


@get("/sign-in", sync_to_thread=True, include_in_schema=False)
def sign_in_view(request: Request[Any, Any, Any], next: FromQuery[str] = "/") -> Response[str]:
    """Where a browser shows its key; who is known already may show another one."""
    return page(request, "sign_in.html", onward=next if _OWN_PATH.match(next) else "/")


ROUTES = [sign_in_view]
