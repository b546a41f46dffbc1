"""Functions of a client, and the calls of them that an answer may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from steep.server.errors import BadRequest

if TYPE_CHECKING:
    from steep.values import Answer

__all__ = [
    "CallGiven",
    "Choice",
    "Function",
    "FunctionGiven",
    "Named",
    "NamedTool",
    "Tool",
    "functions_of",
    "handed",
]

_NAME = r"^[a-zA-Z0-9_-]{1,64}$"


class Function(BaseModel, extra="ignore"):
    name: str = Field(pattern=_NAME)
    description: str | None = None
    parameters: dict[str, Any] | None = None


class Tool(BaseModel, extra="ignore"):
    """Only functions are known."""

    type: Literal["function"]
    function: Function


class Named(BaseModel, extra="ignore"):
    name: str = Field(pattern=_NAME)


class NamedTool(BaseModel, extra="ignore"):
    type: Literal["function"]
    function: Named


Choice = Literal["none", "auto", "required"] | NamedTool


class FunctionGiven(BaseModel, extra="ignore"):
    name: str
    arguments: str


class CallGiven(BaseModel, extra="ignore"):
    """A call that was handed to the client, as it sends it back."""

    id: str
    function: FunctionGiven


def functions_of(tools: list[Tool] | None, choice: Choice | None) -> tuple[tuple[dict[str, Any], ...], bool]:
    """The functions that may be called, in OpenAI's form, and whether one must be."""
    known = [each.model_dump(exclude_none=True) for each in tools or ()]
    if choice is None or choice == "auto":
        return tuple(known), False
    if choice == "none":
        return (), False
    if isinstance(choice, NamedTool):
        known = [each for each in known if each["function"]["name"] == choice.function.name]
    if not known:
        raise BadRequest(
            "`tool_choice` wants a call of a function that is not in `tools`.",
            param="tool_choice",
            code="invalid_value",
        )
    return tuple(known), True


def handed(answer: Answer, *, parallel: bool = True) -> list[dict[str, str]]:
    """The calls that the client is to make: their ids, names and arguments, which are JSON text."""
    calls = [] if answer.abstained else [call for call in answer.calls if call.outcome == "handed"]
    return [
        {"id": f"call_{answer.id}_{number}", "name": call.name, "arguments": call.arguments}
        for number, call in enumerate(calls if parallel else calls[:1])
    ]
