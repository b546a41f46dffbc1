"""Who asks: made once for a request, where it comes in, and what a route needs of it.

A route says ``guards=[needs("operate")]``, and its handler asks for ``caller_of(request)``. A caller shows a key
(`Authorization: Bearer`), a session that began with one, or comes through a proxy that signs people in. On this machine
alone, while there is no key and no such proxy, everybody is the operator.
"""

from __future__ import annotations

import asyncio
import ipaddress
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from steep.access import Access
from steep.errors import ConfigError, KeyRefused
from steep.server.errors import NotAllowed, NotSignedIn
from steep.values import OPERATOR, SCOPES, Caller

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

    from steep.values import Scope
    from steep.workspace.keys import Key
    from steep.workspace.project import Project

    Connection = ASGIConnection[Any, Any, Any, Any]

__all__ = ["LOOPBACK", "SESSION", "Callers", "caller_of", "check_reachable", "needs", "signed_in"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SESSION = "steep_session"
_KEY = "steep.caller"
_LONGEST_NAME = 200
_HOW = "send a key as `Authorization: Bearer …`, or sign in with one; `steep keys new NAME` makes it."


class Callers:
    """The callers of a project's server, each made of what a request shows. Thread-safe.

    ``loopback`` says that the server is reached from its own machine only. ``threads`` are for looking callers up, so
    that this neither waits for answers nor keeps the server from serving others.
    """

    def __init__(self, project: Project, *, loopback: bool) -> None:
        self._project = project
        self._loopback = loopback
        self._said = project.config.serve
        self._proxies = [ipaddress.ip_network(each, strict=False) for each in self._said.trusted_proxies]
        self._access = Access(project)
        self.threads = ThreadPoolExecutor(2, thread_name_prefix="callers")

    def caller(self, connection: Connection) -> Caller:
        """Who sent a request; raises NotSignedIn."""
        if self._open():
            return OPERATOR
        try:
            return self._by_key(connection) or self._by_proxy(connection) or self._by_session(connection)
        except KeyRefused as error:
            raise NotSignedIn(str(error), code="invalid_api_key") from error

    def of(self, key: Key) -> Caller:
        """The caller that a key stands for."""
        documents = self._access.documents(key.groups)
        return Caller(name=f"key:{key.name}", documents=documents, groups=key.groups, scope=key.scope)

    def _open(self) -> bool:
        return self._loopback and not self._said.trusted_header and not self._project.keys.any()

    def _by_key(self, connection: Connection) -> Caller | None:
        scheme, _, words = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self.of(self._project.keys.check(words.strip(), now=self._project.clock()))

    def _by_proxy(self, connection: Connection) -> Caller | None:
        header = self._said.trusted_header
        if not header or not self._is_proxy(connection):
            return None
        named = _texts(connection, header)
        if not named:
            return None
        name = named[0].strip()
        if len(named) > 1 or not name or not name.isprintable() or len(name) > _LONGEST_NAME:
            raise NotSignedIn(f"the header {header} does not name one person.", code="invalid_user")
        told = _texts(connection, self._said.trusted_groups) if self._said.trusted_groups else []
        # the sign for all groups is for keys: a proxy lists the groups that somebody is in
        groups = frozenset(each.strip() for text in told for each in text.split(",")) - {"", "*"}
        documents = self._access.documents(groups)
        return Caller(name=f"user:{name}", documents=documents, groups=groups, scope=self._scope(groups))

    def _scope(self, groups: frozenset[str]) -> Scope:
        """What a proxy's caller may do: what all of them may, or what one of the groups may where that is more."""
        more = self._said.trusted_scopes
        return max((self._said.trusted_scope, *(more[each] for each in groups & more.keys())), key=SCOPES.index)

    def _is_proxy(self, connection: Connection) -> bool:
        try:
            address = ipaddress.ip_address(connection.client.host if connection.client else "")
        except ValueError:
            return False
        return any(address in network for network in self._proxies)

    def _by_session(self, connection: Connection) -> Caller:
        token = connection.cookies.get(SESSION)
        if not token:
            raise NotSignedIn(f"who asks is not known; {_HOW}", code="not_signed_in")
        return self.of(self._project.keys.session(token, now=self._project.clock()))


def caller_of(connection: Connection) -> Caller:
    """Who sent a request: what it may see, and what it may do; the same however often it is asked for."""
    scope: dict[str, Any] = connection.scope  # type: ignore[assignment]  # what a request carries beside the standard
    if _KEY not in scope:
        scope[_KEY] = connection.app.state.callers.caller(connection)
    caller: Caller = scope[_KEY]
    return caller


async def signed_in(connection: Connection) -> Caller:
    """The caller of a request, looked up by a thread where that is still to be done."""
    if _KEY in connection.scope:
        return caller_of(connection)
    threads = connection.app.state.callers.threads
    return await asyncio.get_running_loop().run_in_executor(threads, caller_of, connection)


def needs(scope: Scope) -> Callable[[Connection, BaseRouteHandler], Awaitable[None]]:
    """A guard for a route: lets those pass that may do this."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        caller = await signed_in(connection)
        if not caller.may(scope):
            raise NotAllowed(
                f"this needs the scope `{scope}`, and {caller.name} has `{caller.scope}`.", code="scope_missing"
            )

    return guard


def check_reachable(project: Project, host: str) -> None:
    """Raises ConfigError for an address that other machines reach, while nobody could be told from anybody else."""
    if host in LOOPBACK or project.config.serve.trusted_header or project.keys.any():
        return
    raise ConfigError(
        f"{host} can be reached from other machines, and there is no key to ask their callers for. Make one with "
        "`steep keys new NAME --scope admin` and start again; or name what your proxy says who asks with, "
        '`trusted_header = "X-Remote-User"` under [serve]; or listen on 127.0.0.1.'
    )


def _texts(connection: Connection, header: str) -> list[str]:
    """What a header says, each time that it is sent; headers are bytes, and names are UTF-8."""
    wanted = header.lower().encode("ascii")
    return [value.decode("utf-8", "replace") for name, value in connection.scope["headers"] if name.lower() == wanted]
