"""Messages as a chat client sends them: the question, which is the last one, and the turns before it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from steep.server.errors import BadRequest
from steep.values import Message

__all__ = ["ChatMessage", "conversation", "text_of"]


class ChatMessage(BaseModel, extra="ignore"):
    """``content`` is text, or a list of parts, of which only text can be read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None


def conversation(messages: list[ChatMessage], param: str = "messages") -> tuple[str, tuple[Message, ...]]:
    """The question and the turns before it; the system's and the developer's are rules; ``param`` holds them."""
    last = messages[-1]
    if last.role != "user":
        raise BadRequest(
            f"the last message must be the user's, and is the {last.role}'s.", param=param, code="invalid_value"
        )
    before = [_message(message, f"{param}[{index}].content") for index, message in enumerate(messages[:-1])]
    question = text_of(last.content, f"{param}[{len(messages) - 1}].content")
    return question, tuple(message for message in before if message is not None)


def _message(message: ChatMessage, where: str) -> Message | None:
    """A turn of ours; what tools said is not one."""
    text = text_of(message.content, where)
    if message.role in ("tool", "function") or not text.strip():
        return None
    if message.role == "assistant":
        return Message(role="assistant", content=text)
    return Message(role="user" if message.role == "user" else "system", content=text)


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
