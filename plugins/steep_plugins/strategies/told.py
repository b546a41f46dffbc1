"""Lines of a file that somebody has: conversations in the columns that trainers know, and running text.

A conversation is one of

    {"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}
    {"prompt": "…", "completion": "…"}                     or each a list of messages, as TRL loads them
    {"instruction": "…", "input": "…", "output": "…"}
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, model_validator

from steep.values import ChatRow, Message, TextRow


class Said(BaseModel, extra="ignore", frozen=True):
    role: str = Field(pattern="^(system|user|assistant)$")
    content: str = Field(min_length=1)

    @property
    def message(self) -> Message:
        return Message(role=self.role, content=self.content)  # type: ignore[arg-type]


class Talk(BaseModel, extra="ignore", frozen=True):
    messages: tuple[Said, ...] = Field(min_length=2)

    @model_validator(mode="before")
    @classmethod
    def _told_in_other_columns(cls, value: dict[str, Any]) -> dict[str, Any]:
        asked = value.get("instruction", value.get("prompt"))
        reply = value.get("output", value.get("completion"))
        if "messages" in value or asked is None:
            return value
        if not isinstance(asked, list):
            whole = "\n\n".join(str(part) for part in (asked, value.get("input")) if part)
            asked = [{"role": "user", "content": whole}]
        if not isinstance(reply, list):
            reply = [{"role": "assistant", "content": reply or ""}]
        return {**value, "messages": [*asked, *reply]}

    @model_validator(mode="after")
    def _a_reply_to_somebody(self) -> Talk:
        if self.messages[-1].role != "assistant":
            raise ValueError("the last message must be the assistant's")
        if all(each.role != "user" for each in self.messages):
            raise ValueError("no message is the user's")
        return self

    @property
    def plain(self) -> str:
        return "\n\n".join(each.content for each in self.messages)

    @property
    def asked(self) -> str:
        """All that is said before the reply."""
        return "\n\n".join(each.content for each in self.messages[:-1])

    @property
    def row(self) -> ChatRow:
        return ChatRow(messages=tuple(each.message for each in self.messages))


class Text(BaseModel, extra="ignore", frozen=True):
    text: str = Field(min_length=1)

    @property
    def plain(self) -> str:
        return self.text

    @property
    def asked(self) -> str:
        return self.text

    def row_of(self, source: str) -> TextRow:
        return TextRow(text=self.text, source=source)
