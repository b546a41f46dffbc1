"""What is loaded once the server answers, so that nobody's first question waits for it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Warmth"]

log = logging.getLogger(__name__)


class Warmth:
    """``state`` is "" once ``work`` is done, or where there is none; until then it says what is waited for."""

    def __init__(self, work: Callable[[], None] | None) -> None:
        self._work = work
        self.state = "warming up" if work else ""

    def begin(self) -> None:
        """Start the work in a thread that keeps nothing from ending."""
        if self._work is not None:
            threading.Thread(target=self._worked, args=(self._work,), daemon=True, name="warming").start()

    def _worked(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # whatever a part raises: whoever asks is told the same
            log.exception("what answers could not be loaded; questions will fail until that is mended")
            self.state = "it cannot answer; its log says why"
        else:
            self.state = ""
