"""Messages as a chat client sends them: the question, which is the last one, and the turns before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel

from steep.server.errors import BadRequest
from steep.server.openai.tools import CallGiven
from steep.values import Message, ToolCall

__all__ = ["ChatMessage", "Conversation", "conversation", "text_of"]


class ChatMessage(BaseModel, extra="ignore"):
    """``content`` is text, or a list of parts, of which only text can be read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None
    tool_calls: list[CallGiven] | None = None
    tool_call_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The question, the turns before it, and since: calls that were handed to the client, and what came of them.

    ``unread`` are turns before it of tools, which are not heeded.
    """

    question: str
    history: tuple[Message, ...]
    since: tuple[Message, ...] = ()
    unread: bool = False

    @property
    def rules(self) -> bool:
        """Whether the client gives rules of its own."""
        return any(turn.role == "system" for turn in self.history)


def conversation(messages: list[ChatMessage], param: str = "messages") -> Conversation:
    """What the client says; the system's and the developer's messages are rules. ``param`` is where it says it."""
    at = max((index for index, message in enumerate(messages) if message.role == "user"), default=-1)
    behind = messages[at + 1 :]
    called = {call.id for message in behind for call in message.tool_calls or ()}
    came = {message.tool_call_id for message in behind if message.role == "tool"}
    if at < 0 or (behind and (not called or called != came or behind[-1].role != "tool")):
        raise BadRequest(
            "the last message must be the user's, or what came of each call that the assistant made since, and is the "
            f"{messages[-1].role}'s.",
            param=param,
            code="invalid_value",
        )
    said = [_turn(message, f"{param}[{index}].content") for index, message in enumerate(messages)]
    return Conversation(
        question=said[at].content,
        history=tuple(replace(turn, calls=()) for turn in said[:at] if turn.role != "tool" and turn.content.strip()),
        since=tuple(said[at + 1 :]),
        unread=any(message.role in ("tool", "function") for message in messages[:at]),
    )


def _turn(message: ChatMessage, where: str) -> Message:
    text = text_of(message.content, where)
    match message.role:
        case "assistant":
            calls = [
                ToolCall(id=call.id, name=call.function.name, arguments=call.function.arguments)
                for call in message.tool_calls or ()
            ]
            return Message(role="assistant", content=text, calls=tuple(calls))
        case "user":
            return Message(role="user", content=text)
        case "tool" | "function":
            return Message(role="tool", content=text, call=message.tool_call_id or "")
        case _:
            return Message(role="system", content=text)


def text_of(content: str | list[dict[str, Any]] | None, where: str) -> str:
    """The text of a message; raises BadRequest where it holds anything else."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    return "\n".join(_part(part, f"{where}[{place}]") for place, part in enumerate(content))


def _part(part: dict[str, Any], where: str) -> str:
    kind = part.get("type")
    text = part.get("refusal" if kind == "refusal" else "text")
    if kind not in ("text", "input_text", "output_text", "refusal") or not isinstance(text, str):
        raise BadRequest(
            f"{where} is of type {str(kind)[:40]!r}; only text can be read.",
            param=where,
            code="invalid_value",
        )
    return text
