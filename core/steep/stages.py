"""Tells trackers when a stage begins and ends, and how it went."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from steep.values import StageEnded, StageStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep.values import Event


@contextmanager
def stage(
    emit: Callable[[Event], None], flow: str, name: str, *, answer: str = "", **details: Any
) -> Iterator[dict[str, Any]]:
    """Announce a stage; what the caller puts in the yielded dict joins the details of its end."""
    emit(StageStarted(flow=flow, name=name, details=details))
    outcome: dict[str, Any] = {}
    error = ""
    begun = time.monotonic()
    try:
        yield outcome
    except BaseException as raised:
        error = repr(raised)
        raise
    finally:
        emit(
            StageEnded(
                flow=flow,
                name=name,
                ok=not error,
                seconds=time.monotonic() - begun,
                error=error,
                answer=answer,
                details={**details, **outcome},
            )
        )
