"""/v1/chat/completions: an answer in OpenAI's shape, whole or as server-sent events.

A stream carries an answer sentence by sentence, each once the guardrails let it pass: one on text that was already sent
would be theatre.
"""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import uuid
from collections.abc import Iterator
from typing import Any

from litestar import Request, Response, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import SerializationException
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody
from litestar.response import Stream

from steep.flows.answer import AnswerRequest, Delta, Finished
from steep.server.callers import caller_of, needs
from steep.server.errors import BadRequest
from steep.server.openai.completions import Head, chunks, completion
from steep.server.openai.messages import ChatRequest, conversation, ignored_parameters
from steep.server.openai.models import profile_of

__all__ = ["ROUTES"]


async def _known_model(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """An unknown model is 404 whatever else is wrong with the request: the body is checked after this."""
    assert isinstance(connection, Request)
    try:
        body = await connection.json()
    except SerializationException:  # left to the check of the body
        return
    name = body.get("model") if isinstance(body, dict) else None
    if isinstance(name, str):
        profile_of(connection.app.state.project, connection.app.state.answerer, name)


@post("/v1/chat/completions", status_code=200, sync_to_thread=True, guards=[needs("ask"), _known_model])
def chat_completions(request: Request[Any, Any, Any], state: State, data: JSONBody[ChatRequest]) -> Response[Any]:
    """An answer in OpenAI's shape, whole or as server-sent events; history and system messages are heeded.

    `usage` counts the tokens that the generator read and wrote; it is 0 where the generator counts none.
    """
    if data.n is not None and data.n > 1:
        raise BadRequest(
            "`n` is greater than 1; one answer is given to a question.", param="n", code="unsupported_value"
        )
    profile = profile_of(state.project, state.answerer, data.model)
    question, history = conversation(data)
    asked = AnswerRequest(
        question=question,
        history=history,
        profile=profile,
        caller=caller_of(request),
        max_tokens=data.max_completion_tokens or data.max_tokens,
        temperature=data.temperature or 0.0,
        seed=data.seed,
        schema=data.schema_asked,
    )
    head = Head(identity=f"chatcmpl-{uuid.uuid4().hex}", created=int(state.project.clock()), model=data.model)
    ignored = {"x-steep-ignored": ", ".join(ignored_parameters(data))} if ignored_parameters(data) else {}
    if not data.stream:
        return Response(completion(state.answerer.finished(asked), head), headers=ignored)
    include_usage = data.stream_options is not None and data.stream_options.include_usage
    events = chunks(_begun(state.answerer.stream(asked)), head, include_usage=include_usage)
    return Stream(events, media_type="text/event-stream", headers={"cache-control": "no-cache", **ignored})


def _begun(steps: Iterator[Delta | Finished]) -> Iterator[Delta | Finished]:
    """The steps, of which the first is there: what goes wrong before it still has a status of its own."""
    first = next(steps)

    def all_of_them() -> Iterator[Delta | Finished]:
        yield first
        yield from steps

    return all_of_them()


ROUTES = [chat_completions]
