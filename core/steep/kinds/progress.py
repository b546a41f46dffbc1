"""What long work tells whoever watches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A step of long work: ``done`` of ``total`` in ``stage``; ``note`` is what to show beside it (the loss).

    A note that ``stays`` is to be seen, and not to be overwritten by the next one.
    """

    stage: str
    done: int
    total: int | None = None
    note: str = ""
    stays: bool = False
