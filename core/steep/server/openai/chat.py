"""/v1/chat/completions: answers in OpenAI's shape, whole or as server-sent events.

A stream carries an answer sentence by sentence, each once the guardrails let it pass: one on text that was already sent
would be theatre.
"""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import uuid
from typing import Any, Literal

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.params import JSONBody
from pydantic import Field

from steep.server.admission import WORK, given_up
from steep.server.callers import caller_of, needs
from steep.server.errors import BadRequest
from steep.server.openai.asking import asked, several
from steep.server.openai.chat_objects import ChatShape, completion
from steep.server.openai.chunks import Chunks, Head
from steep.server.openai.events import begun, streamed
from steep.server.openai.messages import ChatMessage, conversation
from steep.server.openai.models import asked_profile, known_model
from steep.server.openai.settings import ResponseFormat, Sampling, headers, ignored, refuse
from steep.server.openai.shown import Form
from steep.server.openai.tools import Choice, Tool, functions_of
from steep.server.schemas import Streaming, Truth

__all__ = ["ROUTES", "ChatRequest"]

_REFUSED = {
    "functions": "use `tools`",
    "function_call": "use `tool_choice`",
    "audio": "answers are text",
    "web_search_options": "answers come from the documents of this project",
}


class ChatRequest(Sampling):
    """OpenAI's request; ``max_tokens`` can only lower what steep.toml sets."""

    messages: list[ChatMessage] = Field(min_length=1)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    logprobs: Truth | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    response_format: ResponseFormat | None = None
    tools: list[Tool] | None = Field(None, max_length=128)
    tool_choice: Choice | None = None
    parallel_tool_calls: Truth | None = None
    modalities: list[Literal["text"]] | None = None

    @property
    def chances(self) -> int | None:
        """How many other tokens are wanted at the place of each; None where no probabilities are."""
        return self.top_logprobs or 0 if self.logprobs else None


@post(
    "/v1/chat/completions",
    status_code=200,
    sync_to_thread=True,
    guards=[needs("ask"), known_model],
    opt=WORK,
    operation_class=Streaming,
)
def chat_completions(request: Request[Any, Any, Any], state: State, data: JSONBody[ChatRequest]) -> Response[Any]:
    """An answer in OpenAI's shape, whole or as server-sent events; history and system messages are heeded.

    `usage` counts the tokens that the generator read and wrote; it is 0 where the generator counts none.
    """
    refuse(data, _REFUSED)
    if data.top_logprobs and not data.logprobs:
        raise BadRequest("`top_logprobs` needs `logprobs: true`.", param="top_logprobs", code="invalid_value")
    profile = asked_profile(state.project, state.answerer, data.model)
    said = conversation(data.messages)
    functions, must_call = functions_of(data.tools, data.tool_choice)
    schema = data.response_format.schema_asked if data.response_format else None
    one = asked(
        data,
        said.question,
        profile=profile,
        caller=caller_of(request),
        given_up=given_up(request),
        history=said.history,
        since=said.since,
        functions=functions,
        must_call=must_call,
        max_tokens=data.max_completion_tokens or data.max_tokens,
        schema=schema,
        chances=data.chances,
    )
    heeds = state.answerer.heeds(profile)
    unheeded = ["messages.system"] if said.rules and "prompt" not in heeds else []
    unheeded += ["messages.tool"] if said.unread else []
    unheeded += ["tools"] if functions and "functions" not in heeds else []
    told = headers(ignored(data, heeds, *unheeded))
    head = Head(identity=f"chatcmpl-{uuid.uuid4().hex}", created=int(state.project.clock()), model=data.model)
    form = Form(
        plain=schema is not None,
        stops=data.stops,
        address=str(request.base_url),
        folder=str(state.project.folder),
        parallel=data.parallel_tool_calls is not False,
    )
    wanted = several(one, data.n or 1, state.project)
    if not data.stream:
        return Response(completion([state.answerer.finished(each) for each in wanted], head, form), headers=told)
    first, *others = (state.answerer.stream(each) for each in wanted)
    chunks = Chunks(head=head, shape=ChatShape(), form=form, usage=data.usage_wanted)
    return streamed(chunks.events([begun(first), *others]), told)


ROUTES = [chat_completions]
