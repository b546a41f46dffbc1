"""Requests that make a model work are admitted by caller and in turn, in time, and given up when nobody waits.

A route that is to stand behind this says ``opt=WORK``. Its handler passes ``given_up(request)`` to what it asks for, so
that the work ends when the client has gone or the time is up; it holds its place until it has ended.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from typing import TYPE_CHECKING, Any

from litestar.connection import ASGIConnection

from steep.errors import GivenUp
from steep.server.callers import signed_in
from steep.server.errors import BadRequest
from steep.server.gate import Full, Gate
from steep.server.limits import Limits
from steep.server.listening import Listener, Speaker
from steep.values import Answered
from steep.workspace.spending import Spending

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar.types import ASGIApp, Receive, Send

    from steep.values import Event
    from steep.workspace.project import Project

__all__ = ["WORK", "Admission", "Spent", "admitted", "given_up"]

log = logging.getLogger(__name__)

WORK = {"work": True}
_KEY = "steep.given_up"
_LONGEST_WAIT = 60
_LAST_WORDS = 2  # seconds, at the end of the server, for work to notice that it was given up


class Spent:
    """A tracker that counts what answers cost their callers."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def saw(self, event: Event) -> None:
        if isinstance(event, Answered):
            self._limits.spend(event.caller.name, event.answer.prompt_tokens + event.answer.tokens)


class Busy(BadRequest):
    """The server has all that it can do."""

    status = 503

    def __init__(self, message: str, *, after: int, code: str) -> None:
        super().__init__(message, code=code, headers={"retry-after": str(after)})


def given_up(connection: ASGIConnection[Any, Any, Any, Any]) -> Callable[[], bool]:
    """Says whether anybody still waits for what a request asked for."""
    asked: threading.Event | None = connection.scope.get(_KEY)  # type: ignore[assignment]  # beside the standard
    return (lambda: False) if asked is None else asked.is_set


def admitted(app: ASGIApp) -> ASGIApp:
    """The middleware that keeps to this."""

    async def handle(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["route_handler"].opt.get("work"):
            await app(scope, receive, send)
        else:
            await scope["litestar_app"].state.admission.admit(app, scope, receive, send)

    return handle


class Admission:
    """Admits the requests of a project's server. ``clock`` gives seconds from any beginning."""

    def __init__(self, project: Project, *, clock: Callable[[], float] = time.monotonic) -> None:
        said = project.config.limits
        self.gate = Gate(at_once=said.at_once, room=said.waiting)
        self.limits = Limits(said, Spending(project.records), clock=clock, now=project.clock)
        self._clock = clock
        self._seconds = said.seconds
        self._mean = 1.0
        self._at_once = said.at_once
        self._works: dict[asyncio.Task[None], threading.Event] = {}

    async def admit(self, app: ASGIApp, scope: Any, receive: Receive, send: Send) -> None:
        """Let a request in when it is its turn; raises TooMany or Busy."""
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        caller = (await signed_in(connection)).name
        self.limits.begin(caller)
        try:
            if self.limits.counts_tokens:
                threads = connection.app.state.callers.threads
                await asyncio.get_running_loop().run_in_executor(threads, self.limits.check_tokens, caller)
            listener = Listener(receive)
            deadline = self._clock() + self._seconds
            if not await self._entered(caller, listener, deadline):
                listener.stop()
                self.limits.end(caller)
                return
        except BaseException:
            self.limits.end(caller)
            raise
        await self._work(app, scope, listener, Speaker(send), caller, deadline)

    async def _entered(self, caller: str, listener: Listener, deadline: float) -> bool:
        """Whether the request got in; False where its client has gone meanwhile."""
        waits = [asyncio.ensure_future(self.gate.enter(caller)), asyncio.ensure_future(listener.gone.wait())]
        entering = waits[0]
        try:
            await asyncio.wait(waits, timeout=max(0, deadline - self._clock()), return_when=asyncio.FIRST_COMPLETED)
            if entering.done():
                entering.result()
                return True
            if listener.gone.is_set():
                return False
            raise self._busy("nothing was free in time", code="timeout")
        except Full:
            raise self._busy("too many requests wait already", code="busy") from None
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _work(
        self, app: ASGIApp, scope: Any, listener: Listener, speaker: Speaker, caller: str, deadline: float
    ) -> None:
        asked_to_stop = scope[_KEY] = threading.Event()
        begun = self._clock()
        task = asyncio.ensure_future(app(scope, listener.receive, speaker.send))
        self._works[task] = asked_to_stop

        def ended(_: asyncio.Task[None]) -> None:
            del self._works[task]
            self._mean += 0.1 * (self._clock() - begun - self._mean)
            listener.stop()
            self.gate.leave()
            self.limits.end(caller)

        task.add_done_callback(ended)
        gone = asyncio.ensure_future(listener.gone.wait())
        try:
            await asyncio.wait({task, gone}, timeout=max(0, deadline - begun), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:  # the server ends: what is said in part is said to be so
            asked_to_stop.set()
            await asyncio.wait({task}, timeout=_LAST_WORDS)
            if not task.done():
                raise
        finally:
            gone.cancel()
            if not task.done():  # it ends by itself as soon as it notices; until then it keeps its place
                asked_to_stop.set()
                task.add_done_callback(_noticed)
        if task.done():
            await task
        elif not listener.gone.is_set():
            speaker.mute()
            if not speaker.begun:
                raise self._busy(f"the answer took longer than {self._seconds:g} seconds", code="timeout")
        else:
            speaker.mute()

    def _busy(self, why: str, *, code: str) -> Busy:
        turns = self._mean * (1 + self.gate.waiting) / self._at_once
        return Busy(f"{why}; try again later.", after=min(_LONGEST_WAIT, max(1, math.ceil(turns))), code=code)

    async def close(self) -> None:
        """Give up all work, when the server ends."""
        for asked in self._works.values():
            asked.set()
        if self._works:
            await asyncio.wait(list(self._works), timeout=_LAST_WORDS)


def _noticed(task: asyncio.Task[None]) -> None:
    """What given-up work raises is nobody's any more."""
    if not task.cancelled() and (error := task.exception()) and not isinstance(error, GivenUp):
        log.info("work that was given up ended with %r", error)
