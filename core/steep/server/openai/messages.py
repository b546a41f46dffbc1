"""What a chat client sends: OpenAI's request, as far as it concerns an answer. What is not known is ignored."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from steep.server.errors import BadRequest
from steep.values import Message

__all__ = ["ChatMessage", "ChatRequest", "StreamOptions", "conversation", "ignored_parameters"]


class StreamOptions(BaseModel, extra="ignore"):
    include_usage: bool = False


class ChatMessage(BaseModel, extra="ignore"):
    """``content`` is text, or a list of parts, of which only text can be read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None


class JsonSchema(BaseModel, extra="ignore"):
    json_schema: dict[str, Any] = Field({}, alias="schema")


class ResponseFormat(BaseModel, extra="ignore"):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class ChatRequest(BaseModel, extra="allow"):
    """``model`` is a profile, with or without the project's name before it."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    temperature: float | None = Field(None, ge=0, le=2)
    seed: int | None = None
    response_format: ResponseFormat | None = None

    @property
    def schema_asked(self) -> dict[str, Any] | None:
        """The JSON schema that the answer must fit; None where any text will do."""
        asked = self.response_format
        if asked is None or asked.type == "text":
            return None
        return asked.json_schema.json_schema if asked.json_schema else {"type": "object"}


def ignored_parameters(request: ChatRequest) -> tuple[str, ...]:
    """The names of what was sent and makes no difference."""
    return tuple(sorted(request.model_extra or {}))


def conversation(request: ChatRequest) -> tuple[str, tuple[Message, ...]]:
    """The question, which is the last message, and the turns before it."""
    last = request.messages[-1]
    if last.role != "user":
        raise BadRequest(
            f"the last message must be the user's, and is the {last.role}'s.", param="messages", code="invalid_value"
        )
    before = [_message(message, index) for index, message in enumerate(request.messages[:-1])]
    question = _text(last, len(request.messages) - 1)
    return question, tuple(message for message in before if message is not None)


def _message(message: ChatMessage, index: int) -> Message | None:
    """A turn of ours; what tools said is not one."""
    text = _text(message, index)
    if message.role in ("tool", "function") or not text.strip():
        return None
    if message.role == "assistant":
        return Message(role="assistant", content=text)
    return Message(role="user" if message.role == "user" else "system", content=text)


def _text(message: ChatMessage, index: int) -> str:
    if message.content is None:
        return ""
    if isinstance(message.content, str):
        return message.content
    return "\n".join(_part(part, f"messages[{index}].content[{place}]") for place, part in enumerate(message.content))


def _part(part: dict[str, Any], where: str) -> str:
    text = part.get("text")
    if part.get("type") not in ("text", "input_text") or not isinstance(text, str):
        raise BadRequest(
            f"{where} is of type {part.get('type')!r}; only text can be read.", param=where, code="invalid_value"
        )
    return text
