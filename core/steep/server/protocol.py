"""HTTP as the server speaks it: a connection that does not say what it wants is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

__all__ = ["Protocol"]

_PATIENCE = 10.0  # seconds for the head of a request, however slowly it comes


class Protocol(H11Protocol):
    """Uvicorn waits for ever for the head of a request that was begun; this does not."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait_no_more()  # between requests, uvicorn's own patience counts

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._asks():
            self._wait_no_more()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(_PATIENCE, self._enough)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _enough(self) -> None:
        if not self._asks():
            self.transport.close()

    def _asks(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete
