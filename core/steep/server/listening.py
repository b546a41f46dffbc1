"""Both ears of a request: what its client still sends, and whether it is still there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litestar.types import Message, Receive, Send

__all__ = ["Listener", "Speaker"]

_AHEAD = 16  # messages of a body that are taken before the application wants them


class Listener:
    """Receives for an application, and notices when the client has gone: ``gone`` is set then."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._heard: asyncio.Queue[Any] = asyncio.Queue(_AHEAD)
        self.gone = asyncio.Event()
        self._listening = asyncio.ensure_future(self._listen())

    async def receive(self) -> Any:
        if self.gone.is_set() and self._heard.empty():
            return {"type": "http.disconnect"}
        return await self._heard.get()

    def stop(self) -> None:
        self._listening.cancel()

    async def _listen(self) -> None:
        while not self.gone.is_set():
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.gone.set()
            await self._heard.put(message)


class Speaker:
    """Sends for an application, until it is muted: who was given up says nothing more."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._muted = False
        self.begun = False

    async def send(self, message: Message) -> None:
        if not self._muted:
            self.begun = True
            await self._send(message)

    def mute(self) -> None:
        self._muted = True
