"""Server-sent events: begun before there is a status, closed when the client is gone."""

from __future__ import annotations

import json
from collections.abc import Generator as Generated
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CancelScope, to_thread
from litestar.response import Stream

from steep.server.errors import fault_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

__all__ = ["begun", "close", "event", "failure", "streamed"]

T = TypeVar("T")

# what some clients take for the end of a line
_BREAKS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def event(body: Mapping[str, Any], name: str = "") -> str:
    """One event: its JSON is one line, whatever the text holds."""
    data = json.dumps(body, ensure_ascii=False)
    for mark, escaped in _BREAKS.items():
        data = data.replace(mark, escaped)
    return f"event: {name}\ndata: {data}\n\n" if name else f"data: {data}\n\n"


def begun(steps: Iterator[T]) -> Iterator[T]:
    """The steps, of which the first is there: what goes wrong before it still has a status of its own."""
    first = next(steps)

    def all_of_them() -> Iterator[T]:
        try:
            yield first
            yield from steps
        finally:
            close(steps)

    return all_of_them()


def close(steps: Iterator[Any]) -> None:
    """End the work behind an iterator."""
    if isinstance(steps, Generated):
        steps.close()


def failure(error: Exception, folder: str) -> dict[str, Any]:
    """What a client is told of an error in the middle of a stream; ``folder`` is the project's, which is not told."""
    return fault_of(error, about="a stream", folder=folder).body


def streamed(events: Iterator[str], headers: Mapping[str, str]) -> Stream:
    return Stream(
        _until_gone(events),
        media_type="text/event-stream",
        headers={"cache-control": "no-cache", "x-accel-buffering": "no", **headers},
    )


async def _until_gone(events: Iterator[str]) -> AsyncIterator[str]:
    """The events, each worked out in a thread; the work ends as soon as nobody listens any more."""
    try:
        while (said := await to_thread.run_sync(next, events, None)) is not None:
            yield said
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(close, events)
