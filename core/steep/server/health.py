"""/health: whether questions can be answered, and from what."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Any

from litestar import Response, get
from litestar.datastructures import State

import steep

__all__ = ["ROUTES"]


@get("/health", sync_to_thread=True)
def health(state: State) -> Response[dict[str, Any]]:
    """Whether questions can be answered, and from what."""
    current = state.project.generations.current()
    body = {
        "status": "ok" if current else "not indexed",
        "project": state.project.config.project.name,
        "version": steep.__version__,
        "generation": current.number if current else None,
        "documents": current.documents if current else 0,
        "passages": current.passages if current else 0,
    }
    return Response(body, status_code=200 if current else 503)


ROUTES = [health]
