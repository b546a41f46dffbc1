"""Tells observers when a stage begins and ends, and how it went; blames a part for what it raises."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from steep.errors import BrokenPlugin, SteepError
from steep.values import Stage, StageOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.hooks import Plugins


@contextmanager
def stage(plugins: Plugins, flow: str, name: str, **details: Any) -> Iterator[dict[str, Any]]:
    """Announce a stage; what the caller puts in the yielded dict goes into its outcome's details."""
    announced = Stage(flow=flow, name=name, details=details)
    plugins.stage_started(announced)
    outcome: dict[str, Any] = {}
    begun = time.monotonic()
    try:
        yield outcome
    except BaseException as error:
        seconds = time.monotonic() - begun
        plugins.stage_finished(announced, StageOutcome(ok=False, seconds=seconds, error=repr(error), details=outcome))
        raise
    plugins.stage_finished(announced, StageOutcome(ok=True, seconds=time.monotonic() - begun, details=outcome))


@contextmanager
def blamed(kind: str, use: str) -> Iterator[None]:
    """Turns what a part raises, and steep does not know, into an error that names the part."""
    try:
        yield
    except (SteepError, OSError):
        raise
    except Exception as error:
        raise BrokenPlugin(
            f"the {kind} `{use}` failed ({error!r}). Report it to its author, or choose another {kind} in steep.toml."
        ) from error
