"""What the script is told while something goes on: server-sent events, each a name and a JSON object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from litestar.response import Stream

from steep.server.page.faults import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar import Request

__all__ = ["Event", "streamed", "wants_stream"]

Event = tuple[str, dict[str, Any]]


def wants_stream(request: Request[Any, Any, Any]) -> bool:
    return "text/event-stream" in request.headers.get("accept", "")


def streamed(request: Request[Any, Any, Any], events: Iterator[Event]) -> Stream:
    """The events as a response. What goes wrong on the way is an event too: the status was sent before."""
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return Stream(_lines(request, events), media_type="text/event-stream", headers=headers)


def _lines(request: Request[Any, Any, Any], events: Iterator[Event]) -> Iterator[str]:
    try:
        for name, data in events:
            yield _line(name, data)
    except Exception as error:  # whatever a part raises: the page says it, as a response with a status would
        yield _line("failed", {"message": told(request, error)[1]})


def _line(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
