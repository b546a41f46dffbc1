"""How messages become tokens: what the model is asked with, and what it is taught to reply.

The reply is what the template writes after the prompt that asks for it (prefix rendering), so no template needs
``{% generation %}`` marks, and a row of training begins with exactly the tokens that a question has when it is asked.
It ends with the token that ends a turn. Marks that belong to the template are taken out of what people and
documents wrote, so that no passage can end a turn. A model without a template gets the plain one below.
"""

from __future__ import annotations

import json
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from steep.errors import DatasetError, ModelError, Unable
from steep.values import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PLAIN = (
    "{{ bos_token }}{% for message in messages %}### {{ message.role | capitalize }}:\n{{ message.content }}"
    "{% if message.role == 'assistant' %}{{ eos_token }}{% endif %}\n\n{% endfor %}"
    "{% if add_generation_prompt %}### Assistant:\n{% endif %}"
)
"""The template of a model that brings none."""

_PROBE = "steep probe"


class Chat(Protocol):
    """Lays messages out for one model; ``stops`` are the tokens that end a reply."""

    @property
    def stops(self) -> tuple[int, ...]: ...

    def prompt(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> list[int]:
        """The tokens that ask for a reply; raises ModelError for tools that the template cannot lay out."""
        ...

    def read(self, tokens: Sequence[int]) -> str:
        """The text of tokens, without marks."""
        ...

    def said(self, messages: Sequence[Message], reply: str) -> tuple[list[int], list[int]]:
        """The prompt and a reply to it, which may be empty; it ends with the token that ends a turn."""
        ...

    def reply(self, messages: Sequence[Message]) -> tuple[list[int], list[int]]:
        """The prompt and the reply of a conversation, whose last message is the assistant's."""
        ...

    def text(self, text: str) -> list[int]:
        """Running text, without any mark of a turn."""
        ...


class TurnChat:
    """The chat of a causal model, by the tokenizer's template."""

    def __init__(self, tokenizer: Any, *, ends: Iterable[int] = ()) -> None:
        self._tokenizer = tokenizer
        self._lock = Lock()  # a fast tokenizer may not be used by two threads at once
        self._template = None if tokenizer.chat_template else PLAIN
        self._marks = _marks(tokenizer)
        self._takes_system = self._template is not None or _takes_system(tokenizer)
        self._takes_tools = self._template is None and "tools" in str(tokenizer.chat_template)
        self._tail = self._render(_said(("user", _PROBE), ("assistant", _PROBE)), ask=False).rpartition(_PROBE)[2]
        self._end = self._turn_end()
        self.stops: tuple[int, ...] = tuple(sorted({self._end, *ends}))

    def prompt(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> list[int]:
        if tools and not self._takes_tools:
            raise Unable(
                "tools were asked for, and this model's chat template has no place for them.", setting="functions"
            )
        return self._encode(self._render(self._rows(messages), ask=True, tools=tools))

    def said(self, messages: Sequence[Message], reply: str) -> tuple[list[int], list[int]]:
        if not reply.strip():
            return self.prompt(messages), [self._end]
        return self.reply((*messages, Message(role="assistant", content=reply)))

    def reply(self, messages: Sequence[Message]) -> tuple[list[int], list[int]]:
        answer = self._rows(messages)[-1]["content"]
        if messages[-1].role != "assistant" or not answer.strip():
            raise DatasetError(f"nothing to learn in {messages[-2].content[-80:]!r}: its last message is no answer.")
        asked = self._render(self._rows(messages[:-1]), ask=True)
        whole = self._render(self._rows(messages), ask=False)
        # a template that is not prefix-preserving (it rewrites earlier turns) still tells how a turn ends
        said = whole[len(asked) :] if whole.startswith(asked) else answer + self._tail
        prompt, both = self._encode(asked), self._encode(asked + said)
        tokens = both[len(prompt) :] if both[: len(prompt)] == prompt else self._encode(said)
        end = next((at for at, token in enumerate(tokens) if token in self.stops), len(tokens))
        return prompt, [*tokens[:end], self._end]

    def text(self, text: str) -> list[int]:
        return self._encode(_defused(text, self._marks))

    def _turn_end(self) -> int:
        marks = set(self._tokenizer.all_special_ids)
        for token in self._encode(self._tail):
            if token in marks:
                return token
        if self._tokenizer.eos_token_id is None:
            raise ModelError("neither the chat template nor the tokenizer has a token that ends a turn.")
        return int(self._tokenizer.eos_token_id)

    def _rows(self, messages: Sequence[Message]) -> list[dict[str, Any]]:
        rows = [_row(message, self._marks) for message in messages]
        if self._takes_system or rows[0]["role"] != "system":
            return rows
        rules, first, *rest = rows
        return [{"role": "user", "content": f"{rules['content']}\n\n{first['content']}"}, *rest]

    def _render(self, rows: list[dict[str, Any]], *, ask: bool, tools: Sequence[Mapping[str, Any]] = ()) -> str:
        # `enable_thinking` is known to templates of reasoning models; the others ignore it
        return str(
            self._tokenizer.apply_chat_template(
                rows,
                chat_template=self._template,
                tokenize=False,
                add_generation_prompt=ask,
                tools=[dict(tool) for tool in tools] or None,
                enable_thinking=False,
            )
        )

    def read(self, tokens: Sequence[int]) -> str:
        with self._lock:
            return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True))

    def _encode(self, text: str) -> list[int]:
        with self._lock:
            return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])


class InstructionChat:
    """The chat of an encoder-decoder: the messages' text goes in, the reply comes out, both ended as it was trained."""

    def __init__(self, tokenizer: Any, *, ends: Iterable[int] = ()) -> None:
        if tokenizer.eos_token_id is None:
            raise ModelError("the tokenizer has no token that ends a reply (eos_token).")
        self._tokenizer = tokenizer
        self._lock = Lock()
        self._marks = _marks(tokenizer)
        self._end = int(tokenizer.eos_token_id)
        self.stops: tuple[int, ...] = tuple(sorted({self._end, *ends}))

    def prompt(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]] = ()) -> list[int]:
        if tools:
            raise Unable(
                "tools were asked for, and an encoder-decoder has no chat template to lay them out.",
                setting="functions",
            )
        return [*self._encode("\n\n".join(message.content for message in messages)), self._end]

    def said(self, messages: Sequence[Message], reply: str) -> tuple[list[int], list[int]]:
        return self.prompt(messages), [*self._encode(reply), self._end]

    def read(self, tokens: Sequence[int]) -> str:
        with self._lock:
            return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True))

    def reply(self, messages: Sequence[Message]) -> tuple[list[int], list[int]]:
        if messages[-1].role != "assistant" or not messages[-1].content.strip():
            raise DatasetError(f"nothing to learn in {messages[-2].content[-80:]!r}: its last message is no answer.")
        return self.prompt(messages[:-1]), [*self._encode(messages[-1].content), self._end]

    def text(self, text: str) -> list[int]:
        return self._encode(text)

    def _encode(self, text: str) -> list[int]:
        with self._lock:
            return list(self._tokenizer(_defused(text, self._marks), add_special_tokens=False)["input_ids"])


def chat_of(tokenizer: Any, *, seq2seq: bool, ends: Iterable[int] = ()) -> Chat:
    """The chat for a model; ``ends`` are the tokens at which the model's own configuration stops."""
    return InstructionChat(tokenizer, ends=ends) if seq2seq else TurnChat(tokenizer, ends=ends)


def _row(message: Message, marks: tuple[str, ...]) -> dict[str, Any]:
    """A turn as templates know it: calls with their arguments as an object, what a tool said with the call's id."""
    row: dict[str, Any] = {"role": message.role, "content": _defused(message.content, marks)}
    if message.calls:
        row["tool_calls"] = [
            {"id": each.id, "type": "function", "function": {"name": each.name, "arguments": _object(each.arguments)}}
            for each in message.calls
        ]
    if message.call:
        row["tool_call_id"] = message.call
    return row


def _object(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


def _said(*turns: tuple[str, str]) -> list[dict[str, str]]:
    return [{"role": role, "content": content} for role, content in turns]


def _takes_system(tokenizer: Any) -> bool:
    from jinja2 import TemplateError

    try:
        shown = tokenizer.apply_chat_template(_said(("system", _PROBE), ("user", "?")), tokenize=False)
    except TemplateError:  # some templates refuse the role, others leave it out
        return False
    return _PROBE in shown


def _marks(tokenizer: Any) -> tuple[str, ...]:
    special = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
    return tuple(sorted({mark for mark in special | set(tokenizer.all_special_tokens) if mark.strip()}))


def _defused(text: str, marks: tuple[str, ...]) -> str:
    """The text with a space put into every mark, so that the tokenizer reads it as letters."""
    for mark in marks:
        if mark in text:
            text = text.replace(mark, f"{mark[0]} {mark[1:]}")
    return text
