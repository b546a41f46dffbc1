"""Documents came or went: the index is brought up to date, at once or as soon as what is at work has ended."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from steep.errors import Busy, SteepError

if TYPE_CHECKING:
    from steep.flows.jobs import Starter
    from steep.values import Caller
    from steep.workspace.jobs import Job

__all__ = ["LATER", "Reindexing"]

log = logging.getLogger(__name__)

LATER = "the index is brought up to date as soon as what is at work now has ended."


class Reindexing:
    """However often it is asked for meanwhile, one job waits, and tries every ``look`` seconds."""

    def __init__(self, jobs: Starter, *, look: float = 1.0) -> None:
        self._jobs = jobs
        self._look = look
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._waiting: threading.Thread | None = None

    def soon(self, caller: Caller) -> Job | None:
        """The job that was started; None where one will be, in the name of the first who asked for it."""
        with self._lock:
            if self._waiting is None:
                try:
                    return self._jobs.start("index", {}, caller)
                except Busy:
                    self._waiting = threading.Thread(target=self._wait, args=(caller,), daemon=True, name="reindexing")
                    self._waiting.start()
            return None

    def end(self) -> None:
        """Wait no more, when the server ends: the next `steep index` does the same."""
        self._ending.set()
        if (waiting := self._waiting) is not None:
            waiting.join()

    def _wait(self, caller: Caller) -> None:
        while not self._ending.wait(self._look):
            with self._lock:
                try:
                    self._jobs.start("index", {}, caller)
                except Busy:
                    continue
                except SteepError as error:
                    log.warning("the index is not up to date (%s); run `steep index`.", error)
                self._waiting = None
                return
