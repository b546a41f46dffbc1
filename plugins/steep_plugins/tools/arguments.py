"""What a model writes to call a tool: a pydantic model says what it should be, and what was wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from steep.errors import ToolError
from steep.validation import validated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.kinds import ToolRequest

A = TypeVar("A", bound="Arguments")


class Arguments(BaseModel, extra="forbid", frozen=True):
    """The arguments of a tool; the descriptions of its fields are what a model reads."""

    @classmethod
    def of(cls: type[A], request: ToolRequest) -> A:
        """Raises ToolError, which says what is wrong."""
        return validated(cls, request.arguments, where="arguments", error=ToolError)

    @classmethod
    def parameters(cls) -> Mapping[str, Any]:
        """The JSON schema, without the titles that say nothing."""
        found: dict[str, Any] = _untitled(cls.model_json_schema())
        found.pop("description", None)
        return found


def _untitled(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_untitled(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _untitled(each) for key, each in schema.items() if key != "title" or not isinstance(each, str)}
