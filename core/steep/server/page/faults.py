"""Errors as a page: one clear line, and a way on. The words and the status are those of the JSON surfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steep.server.errors import HANDLERS
from steep.server.page.frame import page, wants_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Request, Response

__all__ = ["FAULTS", "told"]


def told(request: Request[Any, Any, Any], error: Exception) -> tuple[int, str]:
    """The status of an error, and its line."""
    handler = next(HANDLERS[kind] for kind in type(error).__mro__ if kind in HANDLERS)
    response: Response[Any] = handler(request, error)
    return response.status_code or 500, str(response.content["error"]["message"])


def _as_page(as_json: Callable[[Request[Any, Any, Any], Any], Response[Any]]) -> Any:
    def handler(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        response = as_json(request, error)
        if not wants_page(request):
            return response
        status, line = response.status_code or 500, str(response.content["error"]["message"])
        return page(request, "fault.html", status=status, line=line[:1].upper() + line[1:], code=status)

    return handler


FAULTS: dict[int | type[Exception], Any] = {kind: _as_page(handler) for kind, handler in HANDLERS.items()}
