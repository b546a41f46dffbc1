"""Says how many days lie between two dates, which small models get wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from steep import Context, NoOptions, Offer, hookimpl, offer
from steep.kinds import ToolResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from steep.kinds import Tool, ToolRequest


class MyTool:
    description = "Counts the days from one date to another."
    changes = False
    parameters: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "start": {"type": "string", "format": "date", "description": "as 2026-01-31"},
            "end": {"type": "string", "format": "date"},
        },
        "required": ["start", "end"],
        "additionalProperties": False,
    }

    def call(self, request: ToolRequest) -> ToolResult:
        try:
            start, end = (date.fromisoformat(str(request.arguments[name])) for name in ("start", "end"))
        except (KeyError, ValueError) as error:
            return ToolResult(text=f"no dates to count between: {error}")
        return ToolResult(text=f"{(end - start).days} days")


def build(options: NoOptions, context: Context) -> Tool:
    return MyTool()


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(kind="tool", name="my-tool", summary="Counts the days between two dates", build=build)
