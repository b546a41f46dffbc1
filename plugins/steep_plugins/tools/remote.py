"""The tool `mcp`: a tool of a server that speaks the Model Context Protocol, at an address or started here.

A connection is opened for each call and closed behind it, so that a server that died is no matter, and two callers
share nothing.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from steep.errors import MissingDependency, ToolError
from steep.kinds import ToolResult
from steep.validation import nearest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from mcp import Client

    from steep.kinds import ToolRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the server is: a ``url``, or a ``command`` to start it with, in ``folder`` and with ``env`` added."""

    url: str = ""
    command: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None

    def __str__(self) -> str:
        return self.url or self.command[0]


class RemoteTool:
    """The server's tool of that ``name``. What it says of itself is asked once, when it is first wanted.

    ``changes`` is what steep.toml says: a server's own word is no reason to let it act unasked.
    """

    def __init__(self, place: Place, name: str, *, changes: bool = True, seconds: float = 30.0) -> None:
        self._place = place
        self._name = name
        self._seconds = seconds
        self.changes = changes

    @property
    def description(self) -> str:
        said = " ".join((self._described.description or self._name).split())
        return said[:500]

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"type": "object", **self._described.input_schema}

    @cached_property
    def _described(self) -> Any:
        tools = self._spoken(_all_tools)
        found = next((each for each in tools if each.name == self._name), None)
        if found is None:
            known = nearest(self._name, [each.name for each in tools])
            raise ToolError(f"{self._place} has no tool {self._name!r}; {known}")
        return found

    def call(self, request: ToolRequest) -> ToolResult:
        result = self._spoken(lambda client: client.call_tool(self._name, dict(request.arguments)))
        text = "\n".join(getattr(each, "text", f"({each.type})") for each in result.content) or "(nothing)"
        if result.is_error:
            raise ToolError(f"{self._name}: {text}")
        return ToolResult(text=text)

    def _spoken(self, work: Callable[[Client], Awaitable[Any]]) -> Any:
        """What a conversation with the server comes to; raises ToolError where there is none."""
        import anyio

        async def run() -> Any:
            with anyio.fail_after(self._seconds):
                async with AsyncExitStack() as stack:
                    return await work(await _client(self._place, stack))

        try:
            return anyio.run(run)
        except TimeoutError:
            raise ToolError(f"{self._place} did not answer within {self._seconds:g} s.") from None
        except (ToolError, MissingDependency):
            raise
        except BaseExceptionGroup as group:
            first = _innermost(group)
            raise ToolError(f"{self._place} cannot be asked: {type(first).__name__}: {first}") from None
        except Exception as error:  # whatever the transport of a stranger's server raises
            raise ToolError(f"{self._place} cannot be asked: {type(error).__name__}: {error}") from None


async def _all_tools(client: Client) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = None
    while True:
        page = await client.list_tools(cursor=cursor)
        found += page.tools
        cursor = page.next_cursor
        if not cursor or len(found) > 1000:
            return found


async def _client(place: Place, stack: AsyncExitStack) -> Client:
    """A conversation that ends with the stack."""
    import httpx2
    from mcp import Client, StdioServerParameters
    from mcp.client.streamable_http import streamable_http_client

    if place.command:
        command, *arguments = place.command
        started = StdioServerParameters(command=command, args=arguments, env=dict(place.env), cwd=place.folder)
        return await stack.enter_async_context(Client(started))
    carrier = await stack.enter_async_context(httpx2.AsyncClient(headers=dict(place.headers)))
    return await stack.enter_async_context(Client(streamable_http_client(place.url, http_client=carrier)))


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
