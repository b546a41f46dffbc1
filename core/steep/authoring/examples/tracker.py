"""Logs stages that took long."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.values import StageEnded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Tracker
    from steep.values import Event

log = logging.getLogger(__name__)


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-tracker"`."""

    seconds: float = Field(default=60, ge=0, description="shorter stages are not told of")


class MyTracker:
    """What it does not know it passes over: later versions of steep have further events."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds

    def saw(self, event: Event) -> None:
        if isinstance(event, StageEnded) and event.seconds >= self._seconds:
            log.warning("%s: %s took %.0f s", event.flow, event.name, event.seconds)


def build(options: Options, context: Context) -> Tracker:
    return MyTracker(seconds=options.seconds)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="tracker",
        name="my-tracker",
        summary="Logs stages that took long",
        config=Options,
        build=build,
    )
