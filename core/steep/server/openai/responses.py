"""/v1/responses: OpenAI's newer interface. Citations are annotations of the text."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import uuid
from typing import Annotated, Any, Literal

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.params import JSONBody
from pydantic import BaseModel, Field

from steep.server.admission import WORK, given_up
from steep.server.callers import caller_of, needs
from steep.server.errors import BadRequest
from steep.server.openai.asking import asked
from steep.server.openai.events import begun, streamed
from steep.server.openai.messages import ChatMessage, conversation
from steep.server.openai.models import asked_profile, known_model
from steep.server.openai.response_events import ResponseEvents
from steep.server.openai.response_objects import ResponseHead, ended
from steep.server.openai.settings import Drawing, headers, ignored, refuse
from steep.server.openai.shown import Form
from steep.server.openai.tools import CallGiven, Function, FunctionGiven, Named, NamedTool, Tool, functions_of
from steep.server.schemas import WORDS, Streaming, Truth

__all__ = ["ROUTES", "ResponseRequest"]

_REFUSED = {
    "previous_response_id": "responses are not kept; send the turns before in `input`",
    "conversation": "conversations are not kept here; send the turns before in `input`",
    "background": "answers are given at once",
    "prompt": "there are no stored prompts; use `instructions`",
}
_LOGPROBS = "message.output_text.logprobs"


class Item(BaseModel, extra="ignore"):
    """A turn of ``input``: a message, a call of a function that was handed to the client, or what came of one."""

    type: str = "message"
    role: Literal["system", "developer", "user", "assistant"] | None = None
    content: str | list[dict[str, Any]] | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | list[dict[str, Any]] | None = None


class FlatTool(Function):
    """Only functions are known."""

    type: Literal["function"]


class FlatNamed(Named):
    type: Literal["function"]


class TextFormat(BaseModel, extra="ignore"):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: dict[str, Any] | None = Field(None, alias="schema")


class TextSettings(BaseModel, extra="ignore"):
    format: TextFormat | None = None

    @property
    def schema_asked(self) -> dict[str, Any] | None:
        """The JSON schema that the answer must fit; None where any text will do."""
        if self.format is None or self.format.type == "text":
            return None
        if self.format.type == "json_schema" and self.format.json_schema is None:
            raise BadRequest(
                "`text.format` of type json_schema needs `schema`.", param="text.format", code="invalid_value"
            )
        return self.format.json_schema or {"type": "object"}


class ResponseRequest(Drawing):
    """OpenAI's request; ``max_output_tokens`` can only lower what steep.toml sets."""

    input: Annotated[str, WORDS] | Annotated[list[Item], Field(min_length=1)]
    instructions: str | None = None
    max_output_tokens: int | None = Field(None, ge=1)
    text: TextSettings | None = None
    include: list[str] | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    metadata: dict[str, str] | None = None
    tools: list[FlatTool] | None = Field(None, max_length=128)
    tool_choice: Literal["none", "auto", "required"] | FlatNamed | None = None
    parallel_tool_calls: Truth | None = None

    @property
    def chances(self) -> int | None:
        """How many other tokens are wanted at the place of each; None where no probabilities are."""
        wanted = self.top_logprobs or _LOGPROBS in (self.include or ())
        return (self.top_logprobs or 0) if wanted else None

    @property
    def messages(self) -> list[ChatMessage]:
        """The turns, with the instructions before them; raises BadRequest for what is no turn."""
        rules = [ChatMessage(role="system", content=self.instructions)] if self.instructions else []
        if isinstance(self.input, str):
            return [*rules, ChatMessage(role="user", content=self.input)]
        return [*rules, *(_message(item, index) for index, item in enumerate(self.input))]


@post(
    "/v1/responses",
    status_code=200,
    sync_to_thread=True,
    guards=[needs("ask"), known_model],
    opt=WORK,
    operation_class=Streaming,
)
def responses(request: Request[Any, Any, Any], state: State, data: JSONBody[ResponseRequest]) -> Response[Any]:
    """An answer in the shape of OpenAI's responses, whole or as its events; citations are annotations of the text."""
    refuse(data, _REFUSED)
    profile = asked_profile(state.project, state.answerer, data.model)
    messages = data.messages
    if not messages or messages[-1].role == "system":
        raise BadRequest("`input` holds no question.", param="input", code="invalid_value")
    turns = conversation(messages, param="input")
    functions, must_call = _functions(data)
    schema = data.text.schema_asked if data.text else None
    one = asked(
        data,
        turns.question,
        profile=profile,
        caller=caller_of(request),
        given_up=given_up(request),
        history=turns.history,
        since=turns.since,
        functions=functions,
        must_call=must_call,
        max_tokens=data.max_output_tokens,
        schema=schema,
        chances=data.chances,
    )
    heeds = state.answerer.heeds(profile)
    unheeded = ["instructions"] if turns.rules and "prompt" not in heeds else []
    unheeded += ["tools"] if functions and "functions" not in heeds else []
    other = ("include",) if set(data.include or ()) - {_LOGPROBS} else ()
    said = headers(ignored(data, heeds, *unheeded, *other))
    choice, parallel = data.tool_choice or "auto", data.parallel_tool_calls is not False
    head = ResponseHead(
        identity=f"resp_{uuid.uuid4().hex}",
        created=int(state.project.clock()),
        model=data.model,
        said={
            "instructions": data.instructions,
            "max_output_tokens": data.max_output_tokens,
            "metadata": data.metadata or {},
            "temperature": data.temperature or 0.0,
            "top_p": 1.0 if data.top_p is None else data.top_p,
            "top_logprobs": data.top_logprobs or 0,
            "text": {"format": _format(data)},
            "tools": [each.model_dump() for each in data.tools or ()],
            "tool_choice": data.tool_choice.model_dump() if isinstance(data.tool_choice, FlatNamed) else choice,
            "parallel_tool_calls": parallel,
        },
    )
    form = Form(
        plain=schema is not None, address=str(request.base_url), folder=str(state.project.folder), parallel=parallel
    )
    if not data.stream:
        return Response(ended(head, state.answerer.finished(one), form), headers=said)
    return streamed(ResponseEvents(head, form).events(begun(state.answerer.stream(one))), said)


def _message(item: Item, index: int) -> ChatMessage:
    if item.type == "function_call" and item.call_id and item.name:
        called = FunctionGiven(name=item.name, arguments=item.arguments or "{}")
        return ChatMessage(role="assistant", tool_calls=[CallGiven(id=item.call_id, function=called)])
    if item.type == "function_call_output" and item.call_id:
        return ChatMessage(role="tool", content=item.output, tool_call_id=item.call_id)
    if item.type != "message" or item.role is None:
        raise BadRequest(
            f"input[{index}] is of type {item.type[:40]!r}; only messages with a role, and calls of "
            "functions with what came of them, can be read.",
            param=f"input[{index}]",
            code="invalid_value",
        )
    return ChatMessage(role=item.role, content=item.content)


def _functions(data: ResponseRequest) -> tuple[tuple[dict[str, Any], ...], bool]:
    """As of a chat, whose tools hold their functions apart."""
    tools = [Tool(type="function", function=Function(**each.model_dump(exclude={"type"}))) for each in data.tools or ()]
    given = data.tool_choice
    named = NamedTool(type="function", function=Named(name=given.name)) if isinstance(given, FlatNamed) else None
    return functions_of(tools, named if isinstance(given, FlatNamed) else given)


def _format(data: ResponseRequest) -> dict[str, Any]:
    form = data.text.format if data.text else None
    if form is None:
        return {"type": "text"}
    return {"type": form.type, **({"schema": form.json_schema, "name": "reply"} if form.json_schema else {})}


ROUTES = [responses]
