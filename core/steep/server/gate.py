"""One gate for all work with a model: so much at once, so much waiting, and turns taken by caller."""

from __future__ import annotations

import asyncio
from collections import deque

__all__ = ["Full", "Gate"]


class Full(Exception):
    """There is no room to wait in."""


class Gate:
    """Lets ``at_once`` in; ``room`` more may wait. Of those that wait, each caller's first comes before any second.

    It belongs to one event loop.
    """

    def __init__(self, *, at_once: int, room: int) -> None:
        self._at_once = at_once
        self._room = room
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}
        self.inside = 0

    @property
    def waiting(self) -> int:
        return sum(len(line) for line in self._lines.values())

    @property
    def is_full(self) -> bool:
        """Whether the next one would be sent away."""
        return self.inside >= self._at_once and self.waiting >= self._room

    async def enter(self, caller: str) -> None:
        """Return when it is this caller's turn; raises Full. Whoever has entered leaves."""
        if self.inside < self._at_once:
            self.inside += 1
            return
        if self.waiting >= self._room:
            raise Full
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(caller, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it came as we went
                self.leave()
            else:
                self._forget(caller, turn)
            raise

    def leave(self) -> None:
        """Make room for the next in turn."""
        while self._lines:
            caller = next(iter(self._lines))
            line = self._lines.pop(caller)
            turn = line.popleft()
            if line:
                self._lines[caller] = line  # behind the other callers now
            if not turn.done():
                turn.set_result(None)
                return
        self.inside -= 1

    def _forget(self, caller: str, turn: asyncio.Future[None]) -> None:
        line = self._lines.get(caller)
        if line is not None and turn in line:
            line.remove(turn)
            if not line:
                del self._lines[caller]
