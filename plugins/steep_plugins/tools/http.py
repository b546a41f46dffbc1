"""The tool `http`: asks addresses on a list, and no others.

A host is looked up once, and the connection goes to the address that was checked, so that a name cannot mean something
else by then. A redirect is followed only where it stays on the list. No proxy of the environment is used.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from steep.errors import ToolError
from steep.kinds import ToolResult
from steep_plugins.tools.arguments import Arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from steep.kinds import ToolRequest

_REDIRECTS = 3
_READABLE = ("text/", "application/json", "application/xml", "application/xhtml", "application/problem+json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``hosts`` are names, with a port where it is not the scheme's; ``*.name`` stands for all below it.

    ``private`` are those of them that may stand for an address of this machine or network.
    """

    hosts: tuple[str, ...]
    private: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("GET",)
    seconds: float = 10.0
    kilobytes: int = 256


class Wanted(Arguments):
    url: str = Field(min_length=1, max_length=2000, description="the whole address, https://…")
    method: str = Field("GET", description="GET unless told otherwise")
    body: dict[str, Any] | None = Field(None, description="what to send, as a JSON object")


class Http:
    """``headers`` go along with every request, such as a key; no model sees them."""

    def __init__(self, limits: Limits, *, about: str = "", headers: Mapping[str, str] | None = None) -> None:
        self._limits = limits
        self._about = about or "pages and interfaces"
        self._headers = dict(headers or {})
        self.changes = not set(limits.methods) <= {"GET", "HEAD"}
        self.parameters = Wanted.parameters()

    @property
    def description(self) -> str:
        return f"Fetches {self._about} from {', '.join(self._limits.hosts)} ({', '.join(self._limits.methods)})."

    def call(self, request: ToolRequest) -> ToolResult:
        import httpx

        wanted = Wanted.of(request)
        method = wanted.method.upper()
        if method not in self._limits.methods:
            raise ToolError(f"{method} is not allowed here; allowed is {', '.join(self._limits.methods)}.")
        ends = time.monotonic() + self._limits.seconds
        try:
            with httpx.Client(trust_env=False, timeout=self._limits.seconds, follow_redirects=False) as client:
                return self._fetched(client, wanted.url, method, wanted.body, ends)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise ToolError(f"{wanted.url} cannot be fetched: {type(error).__name__}: {error}") from None

    def _fetched(
        self, client: httpx.Client, url: str, method: str, body: dict[str, Any] | None, ends: float
    ) -> ToolResult:
        for _ in range(_REDIRECTS + 1):
            with self._sent(client, url, method, body) as response:
                if response.has_redirect_location:
                    url = str(response.url.copy_with(host=_host(url)).join(response.headers["location"]))
                    method, body = ("GET", None) if response.status_code in (301, 302, 303) else (method, body)
                    continue
                return ToolResult(text=f"{response.status_code}\n{self._text(response, ends)}")
        raise ToolError(f"{url} redirects more than {_REDIRECTS} times.")

    def _sent(self, client: httpx.Client, url: str, method: str, body: dict[str, Any] | None) -> Any:
        """A response that is not read yet, from an address that was checked."""
        import httpx

        wanted = httpx.URL(url)
        self._check(wanted)
        there = httpx.URL(url).copy_with(host=self._address(wanted))
        named = wanted.netloc.decode("ascii")
        headers = {**self._headers, "host": named, "accept": "application/json, text/*;q=0.9"}
        extensions = {"sni_hostname": wanted.host} if wanted.scheme == "https" else {}
        return client.stream(method, there, json=body, headers=headers, extensions=extensions)

    def _check(self, url: httpx.URL) -> None:
        named = _named(url)
        if url.scheme not in ("http", "https") or url.userinfo or not any(_fits(named, h) for h in self._limits.hosts):
            raise ToolError(f"{url.scheme}://{named} is not on the list: {', '.join(self._limits.hosts)}.")

    def _address(self, url: httpx.URL) -> str:
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        addresses = [str(each[4][0]) for each in socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)]
        named = _named(url)
        inside = [] if named in self._limits.private else [each for each in addresses if _inside(each)]
        if inside:
            raise ToolError(f"{named} stands for the private address {inside[0]}; list it under `private` to allow it.")
        return addresses[0]

    def _text(self, response: httpx.Response, ends: float) -> str:
        kind = response.headers.get("content-type", "text/plain").lower()
        if not kind.startswith(_READABLE):
            return f"({kind.partition(';')[0]}, which is not text)"
        most, data = self._limits.kilobytes * 1000, b""
        for chunk in response.iter_bytes():
            data += chunk
            if len(data) > most or time.monotonic() > ends:
                break
        cut = "\n(cut here)" if len(data) > most else "\n(late, cut here)" if time.monotonic() > ends else ""
        text = data[:most].decode(response.charset_encoding or "utf-8", "replace")
        return (_page(text) if "html" in kind else _json(text) if "json" in kind else text) + cut


def _named(url: httpx.URL) -> str:
    """The host, with a port that is not the scheme's."""
    return url.host if url.port is None else f"{url.host}:{url.port}"


def _inside(address: str) -> bool:
    """Whether an address is of this machine or network, or of nobody's."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    return not mapped.is_global or mapped.is_multicast


def _host(url: str) -> str:
    import httpx

    return httpx.URL(url).host


def _fits(named: str, listed: str) -> bool:
    return named.endswith(listed[1:]) if listed.startswith("*.") else named == listed


def _page(html: str) -> str:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "lxml")
    for each in soup(["script", "style", "noscript", "template"]):
        each.decompose()
    return "\n".join(line for line in (" ".join(line.split()) for line in soup.get_text("\n").splitlines()) if line)


def _json(text: str) -> str:
    """Without the white space that only people want."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    except ValueError:
        return text
