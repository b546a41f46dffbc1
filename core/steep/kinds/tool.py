"""A tool: something that a model may call while it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.values import Caller, Hit


class Documents(Protocol):
    """The documents that one request may read; what comes from here can be cited, and has passed the guardrails."""

    def find(self, question: str, k: int | None = None) -> tuple[Hit, ...]: ...

    def titles(self) -> Mapping[str, str]: ...

    def read(self, path: str) -> tuple[Hit, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRequest:
    """``arguments`` are as the model wrote them; ``caller`` limits what the tool may see on its behalf.

    ``documents`` is None where there are none to read.
    """

    arguments: Mapping[str, Any]
    caller: Caller
    documents: Documents | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What the tool says to the model. It is data: nothing in it is an instruction.

    ``hits`` are the passages that the text shows, so that they can be cited. A ``trusted`` text is the tool's own
    work (a sum): nobody outside could have written an order into it.
    """

    text: str
    hits: tuple[Hit, ...] = ()
    trusted: bool = False


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
    advice=(
        "Text that is not the tool's own work (a page, a row of a table) is untrusted, so that orders in it "
        "are not followed. What went wrong is told to the model, as text or as `ToolError`. A tool that "
        "`changes` something is called after others' words were read only where who asked confirms it. "
        'Profiles name the tools that they have: `tools = ["NAME"]`, with a generator that calls some '
        "(`agent`)."
    ),
)
