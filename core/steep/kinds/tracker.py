"""A tracker: it sees what happens, and nothing depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from steep.values import Event


class Tracker(Protocol):
    """Sees events as they happen, from many threads. What it raises is logged and never stops the work."""

    def saw(self, event: Event) -> None: ...


KIND = Kind(
    name="tracker",
    summary="sees what happens: audit, metrics, traces",
    table='[[tracker]]\nuse = "NAME"',
    advice=(
        "The events are in `steep.values`: `StageStarted`, `StageEnded`, `Answered`, `FeedbackGiven`, "
        "`AdapterMoved`, `RolloutBegan`, `RolloutEnded`. They come while somebody waits, so write what takes "
        "long elsewhere. Relative paths are relative to `context.project`."
    ),
)
