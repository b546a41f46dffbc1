"""The views of the page, under one policy: what a browser may load, who may send forms, how an error looks."""

from __future__ import annotations

from litestar import Router

from steep.server.page import answers, ask, compare, documents, static
from steep.server.page.faults import FAULTS
from steep.server.page.origin import own_pages_only

__all__ = ["HEADERS", "router"]

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def router() -> Router:
    return Router(
        "/",
        route_handlers=[*ask.ROUTES, *answers.ROUTES, *compare.ROUTES, *documents.ROUTES, *static.ROUTES],
        response_headers=HEADERS,
        exception_handlers=FAULTS,
        guards=[own_pages_only],
        include_in_schema=False,
    )
