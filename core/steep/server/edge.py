"""What is settled of a request before it is known what it is about: whom it was sent to, and by whose page.

Browsers send requests in the name of whoever uses them, for any site's page. A page of the web can also point a name of
its own at this machine (DNS rebinding). Neither gets further than this.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from litestar import Litestar

from steep.server.callers import LOOPBACK
from steep.server.errors import error_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from litestar.types import Message, Receive, Send

__all__ = ["Service"]

_SAFE = ("GET", "HEAD", "OPTIONS")
_LARGEST_HEAD = 64_000
_PORT = re.compile(r":\d{1,5}$")


class Service(Litestar):
    """The application behind its edge. ``names`` are the hosts it answers to, all of them where there is none.

    ``sites`` are other origins whose pages may call.
    """

    def __init__(self, *, names: Iterable[str], sites: Iterable[str], **options: Any) -> None:
        self._names = tuple(name.lower() for name in names)
        self._sites = tuple(sites)
        super().__init__(**options)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """A request that may come in, as HEAD without what GET would say; others are told why not."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
        elif refused := self._refusal(scope):
            await _refuse(send, *refused)
        elif scope["method"] == "HEAD":
            head = _Head(receive, send)
            scope["method"] = "GET"
            await super().__call__(scope, head.receive, head.send)
        else:
            await super().__call__(scope, receive, lambda message: send(self._allowing(scope, message)))

    def _refusal(self, scope: Mapping[str, Any]) -> tuple[int, str, str] | None:
        if sum(len(name) + len(value) for name, value in scope["headers"]) > _LARGEST_HEAD:
            return 431, f"the headers have more than {_LARGEST_HEAD:,} bytes.", "headers_too_large"
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "").lower()
        name = _PORT.sub("", host).strip("[]").rstrip(".")
        if self._names and name not in self._names:
            return 400, f"this server answers to {', '.join(self._names)} only, not to {name!r}.", "unknown_host"
        if scope["method"] in _SAFE or headers.get(b"authorization", "").lower().startswith("bearer "):
            return None
        if self._is_foreign(headers, host):
            return 403, "this was sent by the page of another site, so nothing was done.", "other_origin"
        return None

    def _allowing(self, scope: Mapping[str, Any], message: Any) -> Any:
        """A message whose `Allow` names all methods that there are: the framework tells those of one handler alone."""
        if message["type"] != "http.response.start" or message["status"] not in (204, 405):
            return message
        told = {name.lower(): value for name, value in message["headers"]}
        if b"allow" not in told:
            return message
        methods = {each.strip() for each in told[b"allow"].decode("latin-1").split(",")}
        place = scope.get("path_template")
        methods |= {method for route in self.routes if route.path_format == place for method in _methods(route)}
        methods |= {"HEAD"} if "GET" in methods else set()
        rest = [(name, value) for name, value in message["headers"] if name.lower() != b"allow"]
        return {**message, "headers": [*rest, (b"allow", ", ".join(sorted(methods)).encode())]}

    def _is_foreign(self, headers: Mapping[bytes, str], host: str) -> bool:
        origin = headers.get(b"origin", "").lower()
        if origin in self._sites:
            return False
        fetched = headers.get(b"sec-fetch-site")
        if fetched is not None:
            return fetched not in ("same-origin", "none")
        if not origin:
            return False  # no browser
        parts = urlsplit(origin)
        own = [each for each in self._names if each not in LOOPBACK]
        return parts.netloc != host and parts.hostname not in own


def _methods(route: Any) -> Iterable[str]:
    return getattr(route, "methods", ())


class _Head:
    """The head of a response alone; whoever goes on writing sees the client gone."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._told = False

    async def receive(self) -> Any:
        return {"type": "http.disconnect"} if self._told else await self._receive()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._told = True
            await self._send(message)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})


async def _refuse(send: Send, status: int, message: str, code: str) -> None:
    body = json.dumps(error_body(message, kind="invalid_request_error", code=code)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
