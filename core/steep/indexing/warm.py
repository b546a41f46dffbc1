"""Processes that read, kept warm for a while: the next index of this program need not start one.

One thread looks after all of them. It ends the one whose file takes too long, and those that nobody wanted lately.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from typing import IO

__all__ = ["ReadingProcess", "end_waiting", "give_back", "taken"]

_IDLE_SECONDS = 20.0  # how long a process waits for someone who wants it
_LOOK_SECONDS = 0.25  # how late a file that takes too long may be noticed

_lock = threading.Lock()
_waiting: defaultdict[tuple[int, str], list[ReadingProcess]] = defaultdict(list)
_watched: set[ReadingProcess] = set()
_keeper: threading.Thread | None = None


class ReadingProcess:
    """A process that runs ``code``, with the pipes to and from it."""

    def __init__(self, code: str) -> None:
        self.key = (os.getpid(), code)  # a fork must not share the pipes of its parent
        self.overdue = False
        self._until: float | None = None
        # errors of its libraries are told by the exceptions that it sends
        self._popen = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self.requests: IO[bytes] = self._popen.stdin
        self.replies: IO[bytes] = self._popen.stdout

    def watch(self, seconds: float) -> None:
        """From now on it has so many seconds; then it is killed, and ``overdue``."""
        self._until = time.monotonic() + seconds

    def rest(self) -> None:
        """It is done in time."""
        self._until = None

    def runs(self) -> bool:
        return self._popen.poll() is None

    def end(self) -> None:
        """Kill it, whatever it does."""
        with _lock:
            _watched.discard(self)
        self._popen.kill()
        self._popen.wait()
        for pipe in (self.requests, self.replies):
            try:
                pipe.close()
            except OSError:  # what was not sent yet cannot be any more
                continue

    def is_over(self, now: float) -> bool:
        return self._until is not None and now >= self._until

    def stop(self) -> None:
        """Kill it because its time is over; who waits for what it says notices."""
        self.overdue = True
        self._popen.kill()


def taken(code: str) -> ReadingProcess:
    """A process that runs ``code``: one that waits for work, or a new one."""
    with _lock:
        waiting = _waiting[os.getpid(), code]
        process = waiting.pop() if waiting else None
    if process is not None and process.runs():
        process.rest()
        return process
    if process is not None:
        process.end()
    process = ReadingProcess(code)
    with _lock:
        _watched.add(process)
        _keep()
    return process


def give_back(process: ReadingProcess) -> None:
    """Let who wants the process next have it; it ends where nobody does."""
    process.watch(_IDLE_SECONDS)
    with _lock:
        _waiting[process.key].append(process)


def _keep() -> None:
    """Have the thread that looks after them; called with the lock."""
    global _keeper
    if _keeper is None or not _keeper.is_alive():
        _keeper = threading.Thread(target=_look, name="steep-reading", daemon=True)
        _keeper.start()


def _look() -> None:
    global _keeper
    while True:
        time.sleep(_LOOK_SECONDS)
        now = time.monotonic()
        with _lock:
            over = [each for each in _watched if each.is_over(now)]
            unwanted = [each for each in over if each in _waiting[each.key]]
            for each in unwanted:
                _waiting[each.key].remove(each)
            if not _watched:
                _keeper = None
                return
        for each in over:
            each.end() if each in unwanted else each.stop()


@atexit.register
def end_waiting() -> None:
    """End the processes that nobody uses."""
    with _lock:
        left = [each for kept in _waiting.values() for each in kept]
        _waiting.clear()
    for each in left:
        each.end()
