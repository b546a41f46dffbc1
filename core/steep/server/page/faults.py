"""Errors as a page, for browsers: one clear line, and a way on. Words and status are those of the JSON surfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from litestar.exceptions import NotFoundException, ValidationException
from litestar.response import Redirect

from steep.server.errors import HANDLERS
from steep.server.page.frame import page, wants_page
from steep.server.page.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Request, Response

    Handler = Callable[[Request[Any, Any, Any], Any], Response[Any]]

__all__ = ["FAULTS", "told"]

_SIGN_IN = "/sign-in"


def told(request: Request[Any, Any, Any], error: Exception) -> tuple[int, str]:
    """The status of an error, and its line."""
    handler: Handler = next(HANDLERS[kind] for kind in type(error).__mro__ if kind in HANDLERS)
    return _read(handler(request, error))


def _read(response: Response[Any]) -> tuple[int, str]:
    line = str(response.content["error"]["message"])
    return response.status_code or 500, sentence(line)


def _for_browsers(as_json: Handler) -> Handler:
    def handler(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        response = as_json(request, error)
        if not wants_page(request):
            return response
        status, line = _read(response)
        if isinstance(error, NotFoundException):
            line = f"There is no page at {request.url.path}."  # programs are told of the schema
        elif isinstance(error, ValidationException) and request.method in ("GET", "HEAD"):
            line = f"The address of this page cannot be read: {line[:1].lower()}{line[1:]}."
        if request.url.path == _SIGN_IN:
            return page(request, "sign_in.html", status=status, line=line, onward="/")
        if status == 401:
            return Redirect(f"{_SIGN_IN}?next={quote(_way_back(request))}", status_code=303)
        return page(request, "fault.html", status=status, line=line, code=status)

    return handler


def _way_back(request: Request[Any, Any, Any]) -> str:
    """Where to go on after signing in: here, but to a form only by the page it stood on."""
    if request.method not in ("GET", "HEAD"):
        stood = urlsplit(request.headers.get("referer", ""))
        ours = (
            stood.netloc == request.url.netloc and stood.path != "/ask"
        )  # which shows answers, and is no page to open
        return (stood.path or "/") + (f"?{stood.query}" if stood.query else "") if ours else "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


FAULTS: dict[int | type[Exception], Any] = {kind: _for_browsers(handler) for kind, handler in HANDLERS.items()}
