"""Two ways to let a model call tools: its own, or, where it has none, a reply held to a JSON schema."""

from __future__ import annotations

import json
from collections.abc import Generator as Generated
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from steep.errors import Unable
from steep.kinds import Ask, ToolCall
from steep.values import content_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from steep.kinds import AdapterRef, Asked, Model, Piece, Tool
    from steep.values import Message
    from steep_plugins.generators.agent.notebook import Notebook

_EITHER = "Reply with JSON: either a call of one of these tools, or the answer.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """``last`` is the piece that ended it, with its counts."""

    text: str
    calls: tuple[ToolCall, ...]
    last: Piece | None


class Mouth:
    """Asks one model for one answer; ``late`` says that no more of a reply is to be waited for."""

    def __init__(self, model: Model, adapter: AdapterRef | None, asked: Asked, late: Callable[[], bool]) -> None:
        self._model = model
        self._late = late
        self._by_schema = False
        self._ask = Ask(
            messages=(),
            adapter=adapter,
            max_tokens=asked.max_tokens,
            temperature=asked.temperature,
            top_p=asked.top_p,
            seed=asked.seed,
        )
        self._schema = asked.schema

    def step(self, notebook: Notebook, tools: Mapping[str, Tool]) -> Reply:
        """A call, or an answer. A model without a place for tools is asked by a schema from then on."""
        if not self._by_schema:
            try:
                return self._said(notebook.conversation(), tools=_functions(tools))
            except Unable as error:
                if error.setting != "functions":
                    raise
                self._by_schema = True
        written = _EITHER + "\n".join(json.dumps(each["function"]) for each in _functions(tools))
        schema = _either(tools, answer=not notebook.bare)
        return _parted(self._said(notebook.sheet(written), schema=schema))

    def last(self, notebook: Notebook) -> Reply:
        """An answer from what there is, in the form that was asked for."""
        return self._said(notebook.sheet(), schema=self._schema)

    def _said(
        self, messages: tuple[Message, ...], *, tools: tuple[Mapping[str, Any], ...] = (), schema: Any = None
    ) -> Reply:
        pieces = self._model.chat([replace(self._ask, messages=messages, tools=tools, schema=schema)])
        text, last = [], None
        try:
            for piece in pieces:
                text.append(piece.text)
                last = piece
                if self._late():
                    break
        finally:
            if isinstance(pieces, Generated):
                pieces.close()
        return Reply(text="".join(text).strip(), calls=last.calls if last else (), last=last)


def _functions(tools: Mapping[str, Tool]) -> tuple[Mapping[str, Any], ...]:
    """The tools as OpenAI's interface spells them."""
    return tuple(
        {
            "type": "function",
            "function": {"name": name, "description": tool.description, "parameters": dict(tool.parameters)},
        }
        for name, tool in tools.items()
    )


def _either(tools: Mapping[str, Tool], *, answer: bool) -> Mapping[str, Any]:
    """The schema of a call of one of the tools or, where there can be one already, of an answer."""
    calls = [_object({"tool": {"const": name}, "arguments": _inner(tool.parameters)}) for name, tool in tools.items()]
    return {"anyOf": [*calls, *([_object({"answer": {"type": "string"}})] if answer else [])]}


def _object(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _inner(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """A tool's own schema; one whose parts refer to each other would not be found again inside another."""
    return {"type": "object"} if "$ref" in json.dumps(dict(parameters)) else dict(parameters)


def _parted(reply: Reply) -> Reply:
    """The call or the answer in a reply that was held to the schema; one that was cut is neither."""
    try:
        said = json.loads(reply.text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return replace(reply, text="")
    if "tool" not in said:
        return replace(reply, text=str(said.get("answer", "")).strip())
    arguments = json.dumps(said.get("arguments", {}), ensure_ascii=False)
    call = ToolCall(id=f"call-{content_id('call', arguments)[:9]}", name=str(said["tool"]), arguments=arguments)
    return replace(reply, text="", calls=(call,))


def names_of(tools: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in tools) or "none"
