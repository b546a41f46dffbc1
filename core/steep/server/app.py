"""The application: OpenAI's surface under /v1, the native one beside it, /health, and OpenAPI under /schema.

A stream carries an answer sentence by sentence, each once the guardrails let it pass: one on text that was already sent
would be theatre. Handlers are synchronous and run in threads, as core does.
"""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import re
import uuid
from collections.abc import Iterator
from typing import Any

from litestar import Litestar, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import SerializationException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath, JSONBody
from litestar.response import Stream
from pydantic import BaseModel, Field

import steep
from steep.flows.answer import Answerer, AnswerRequest, Delta, Finished, SearchRequest
from steep.server.callers import caller_of
from steep.server.completions import Head, chunks, completion
from steep.server.errors import HANDLERS, BadRequest, UnknownModel
from steep.server.messages import ChatRequest, conversation, ignored_parameters
from steep.values import Message, content_id
from steep.wire import answer_json, search_json
from steep.workspace.places import FILE_NAME
from steep.workspace.project import Project

__all__ = ["AnswerBody", "SearchBody", "Turn", "application_of"]

# a request of more bytes is refused before it is read
_LARGEST = 4_000_000
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PORT = re.compile(r":\d{1,5}$")


class Turn(BaseModel, extra="forbid"):
    role: str = Field(pattern="^(system|user|assistant)$")
    content: str


class AnswerBody(BaseModel, extra="forbid"):
    """``within`` lists the paths of the documents to answer from; it can only narrow what may be seen.

    ``schema`` is a JSON schema that the answer's text must fit.
    """

    question: str
    profile: str = "rag"
    history: list[Turn] = []
    within: list[str] | None = None
    schema_asked: dict[str, Any] | None = Field(None, alias="schema")


class SearchBody(BaseModel, extra="forbid"):
    question: str
    k: int | None = Field(None, ge=1, le=1000)
    within: list[str] | None = None


def application_of(project: Project, answerer: Answerer, *, host: str) -> Litestar:
    """The application; where it listens on this machine alone, it answers to this machine's names alone."""
    handlers = [models, model, chat_completions, answer, search, health]
    return Litestar(
        route_handlers=handlers,
        state=State({"project": project, "answerer": answerer}),
        exception_handlers=HANDLERS,
        request_max_body_size=_LARGEST,
        before_request=_own_names_only if host in _LOOPBACK else None,
        openapi_config=OpenAPIConfig(
            title="steep",
            version=steep.__version__,
            path="/schema",
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
        ),
        logging_config=None,
    )


async def _own_names_only(request: Request[Any, Any, Any]) -> None:
    """A page of the web can point a name of its own at this machine (DNS rebinding); it is not answered."""
    name = _PORT.sub("", request.headers.get("host", "")).strip("[]")
    if name not in _LOOPBACK:
        raise BadRequest(f"this server answers to {', '.join(_LOOPBACK)} only, not to {name!r}.", code="unknown_host")


@get("/v1/models", sync_to_thread=True)
def models(state: State) -> dict[str, Any]:
    """The profiles that can answer now, as models: arms, and profiles of steep.toml.

    One that needs an adapter is listed when there is one for its alias; one that answers without passages, when the
    generator can.
    """
    return {"object": "list", "data": [_model(state.project, name) for name in _ready(state.answerer)]}


@get("/v1/models/{name:path}", sync_to_thread=True)
def model(state: State, name: FromPath[str]) -> dict[str, Any]:
    """One model; 404 says what a profile lacks that is there and cannot answer now."""
    profile = _profile(state.project, state.answerer, name.lstrip("/"))
    if lacking := state.answerer.lacks(profile):
        raise UnknownModel(f"the model `{profile}` cannot answer now: {lacking}", param="model", code="model_not_ready")
    return _model(state.project, profile)


async def _known_model(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """An unknown model is 404 whatever else is wrong with the request: the body is checked after this."""
    assert isinstance(connection, Request)
    try:
        body = await connection.json()
    except SerializationException:  # left to the check of the body
        return
    name = body.get("model") if isinstance(body, dict) else None
    if isinstance(name, str):
        _profile(connection.app.state.project, connection.app.state.answerer, name)


@post("/v1/chat/completions", status_code=200, sync_to_thread=True, guards=[_known_model])
def chat_completions(request: Request[Any, Any, Any], state: State, data: JSONBody[ChatRequest]) -> Response[Any]:
    """An answer in OpenAI's shape, whole or as server-sent events; history and system messages are heeded.

    `usage` counts the tokens that the generator read and wrote; it is 0 where the generator counts none.
    """
    if data.n is not None and data.n > 1:
        raise BadRequest(
            "`n` is greater than 1; one answer is given to a question.", param="n", code="unsupported_value"
        )
    project: Project = state.project
    profile = _profile(project, state.answerer, data.model)
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
    head = Head(identity=f"chatcmpl-{uuid.uuid4().hex}", created=int(project.clock()), model=data.model)
    ignored = {"x-steep-ignored": ", ".join(ignored_parameters(data))} if ignored_parameters(data) else {}
    if not data.stream:
        return Response(completion(state.answerer.finished(asked), head), headers=ignored)
    include_usage = data.stream_options is not None and data.stream_options.include_usage
    events = chunks(_begun(state.answerer.stream(asked)), head, include_usage=include_usage)
    return Stream(events, media_type="text/event-stream", headers={"cache-control": "no-cache", **ignored})


@post("/answer", status_code=200, sync_to_thread=True)
def answer(request: Request[Any, Any, Any], state: State, data: JSONBody[AnswerBody]) -> dict[str, Any]:
    """An answer, as `steep ask --json` prints it."""
    asked = AnswerRequest(
        question=data.question,
        profile=_profile(state.project, state.answerer, data.profile),
        history=tuple(Message(role=turn.role, content=turn.content) for turn in data.history),  # type: ignore[arg-type]  # the pattern of Turn.role
        caller=caller_of(request),
        within=_documents(data.within),
        schema=data.schema_asked,
    )
    return answer_json(state.answerer.answer(asked))


@post("/search", status_code=200, sync_to_thread=True)
def search(request: Request[Any, Any, Any], state: State, data: JSONBody[SearchBody]) -> dict[str, Any]:
    """Passages, as `steep search --json` prints them."""
    found = state.answerer.search(
        SearchRequest(question=data.question, k=data.k, caller=caller_of(request), within=_documents(data.within))
    )
    return search_json(data.question, found.hits, found.generation)


@get("/health", sync_to_thread=True)
def health(state: State) -> Response[dict[str, Any]]:
    """Whether questions can be answered, and from what."""
    project: Project = state.project
    current = project.generations.current()
    body = {
        "status": "ok" if current else "not indexed",
        "project": project.config.project.name,
        "version": steep.__version__,
        "generation": current.number if current else None,
        "documents": current.documents if current else 0,
        "passages": current.passages if current else 0,
    }
    return Response(body, status_code=200 if current else 503)


def _model(project: Project, profile: str) -> dict[str, Any]:
    created = int((project.folder / FILE_NAME).stat().st_mtime)
    identity = f"{project.config.project.name}/{profile}"
    return {"id": identity, "object": "model", "created": created, "owned_by": "steep"}


def _profile(project: Project, answerer: Answerer, name: str) -> str:
    """The profile that a model name stands for: ``harbor/rag``, or ``rag`` alone."""
    profile = name.removeprefix(f"{project.config.project.name}/")
    if profile not in answerer.profiles:
        known = ", ".join(f"`{project.config.project.name}/{each}`" for each in _ready(answerer))
        raise UnknownModel(
            f"there is no model `{name}`; these can answer now: {known or 'none'}.",
            param="model",
            code="model_not_found",
        )
    return profile


def _ready(answerer: Answerer) -> list[str]:
    return [name for name in answerer.profiles if not answerer.lacks(name)]


def _begun(steps: Iterator[Delta | Finished]) -> Iterator[Delta | Finished]:
    """The steps, of which the first is there: what goes wrong before it still has a status of its own."""
    first = next(steps)

    def all_of_them() -> Iterator[Delta | Finished]:
        yield first
        yield from steps

    return all_of_them()


def _documents(paths: list[str] | None) -> frozenset[str] | None:
    return None if paths is None else frozenset(content_id("document", path) for path in paths)
