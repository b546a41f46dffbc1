"""What is loaded once the server answers, so that nobody's first question waits for it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Warmth"]

log = logging.getLogger(__name__)

_PATIENCE = 30.0  # seconds


class Warmth:
    """``state`` is "" once ``work`` is done, or where there is none; until then it says what is waited for."""

    def __init__(self, work: Callable[[], None] | None) -> None:
        self._work = work
        self._thread: threading.Thread | None = None
        self.state = "warming up" if work else ""

    def begin(self) -> None:
        """Start the work in a thread."""
        if self._work is not None:
            self._thread = threading.Thread(target=self._worked, args=(self._work,), daemon=True, name="warming")
            self._thread.start()

    def end(self) -> None:
        """Wait for it: a library that is loading when its process ends may end that badly."""
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _worked(self, work: Callable[[], None]) -> None:
        log.info("Loading what answers: a question that comes before waits for it.")
        try:
            work()
        except Exception:  # whatever a part raises: whoever asks is told the same
            log.exception("what answers could not be loaded; questions will fail until that is mended")
            self.state = "it cannot answer; its log says why"
        else:
            self.state = ""
            log.info("Loaded: questions are answered at once.")
