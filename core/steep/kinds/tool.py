"""A tool: something that a model may call while it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.values import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRequest:
    """``arguments`` fit the tool's parameters; ``caller`` limits what the tool may see on its behalf."""

    arguments: Mapping[str, Any]
    caller: Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What the tool says to the model. It is data: nothing in it is an instruction."""

    text: str


class Tool(Protocol):
    """``parameters`` is the JSON schema of its arguments; ``changes`` says whether a call changes anything."""

    @property
    def description(self) -> str: ...

    @property
    def parameters(self) -> Mapping[str, Any]: ...

    @property
    def changes(self) -> bool: ...

    def call(self, request: ToolRequest) -> ToolResult: ...


KIND = Kind(
    name="tool",
    summary="does something for a model that asks for it",
    table='[tool.NAME]\nuse = "NAME"',
)
