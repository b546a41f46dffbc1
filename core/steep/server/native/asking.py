"""/answer, /search and /compare; an answer is what `steep ask --json` prints, whole or as server-sent events."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from litestar import Request, post
from litestar.datastructures import State
from litestar.params import JSONBody
from litestar.response import ServerSentEvent
from pydantic import BaseModel, Field

from steep.flows import conversations
from steep.flows.answer import AnswerRequest, Delta, Finished, SearchRequest
from steep.flows.compare import compare
from steep.server.admission import WORK, given_up
from steep.server.callers import caller_of, needs
from steep.server.errors import BadRequest, fault_of
from steep.server.native.apart import apart
from steep.server.openai.models import profile_of
from steep.server.schemas import FILLED, exclusive
from steep.values import Caller, Message, content_id
from steep.wire import answer_json, search_json

__all__ = ["ROUTES", "AnswerBody", "CompareBody", "SearchBody", "Turn"]


# said in OpenAPI alone: the flow says in better words what is wrong with an empty one
QUESTION: str = Field(json_schema_extra={**FILLED})


class Turn(BaseModel, extra="forbid"):
    role: str = Field(pattern="^(system|user|assistant)$")
    content: str


class AnswerBody(BaseModel, extra="forbid", json_schema_extra=exclusive("history", "conversation")):
    """``within`` lists the paths of the documents to answer from; it can only narrow what may be seen.

    ``schema`` is a JSON schema that the answer's text must fit. ``conversation`` is the id of one that is gone on with:
    its turns are the history, and the answer becomes its next one. ``confirm`` lists ids of calls, from the ``calls``
    of an earlier answer, that change something and may be made now.
    """

    question: str = QUESTION
    profile: str = "rag"
    history: list[Turn] = []
    conversation: str | None = None
    within: list[str] | None = None
    confirm: list[str] = Field([], max_length=20)
    schema_asked: dict[str, Any] | None = Field(None, alias="schema")


class SearchBody(BaseModel, extra="forbid"):
    question: str = QUESTION
    k: int | None = Field(None, ge=1, le=1000)
    within: list[str] | None = None


class CompareBody(BaseModel, extra="forbid"):
    """``profiles`` are asked one after the other; by default the four arms."""

    question: str = QUESTION
    profiles: list[str] | None = Field(None, min_length=1, max_length=12)
    within: list[str] | None = None


@post("/answer", status_code=200, sync_to_thread=True, guards=[needs("ask")], opt=WORK)
def answer(request: Request[Any, Any, Any], state: State, data: JSONBody[AnswerBody]) -> dict[str, Any]:
    """An answer, as `steep ask --json` prints it."""
    found = state.answerer.answer(replace(_asked(state, data, caller_of(request)), given_up=given_up(request)))
    _continue(state, data, found.id)
    return answer_json(found)


@post(
    "/answer/stream",
    status_code=200,
    sync_to_thread=True,
    guards=[needs("ask")],
    opt=WORK,
    media_type="text/event-stream",
)
def answer_stream(request: Request[Any, Any, Any], state: State, data: JSONBody[AnswerBody]) -> ServerSentEvent:
    """An answer as it is written: events `delta` with `text`, at last one event `answer`, or `error`.

    The text in `answer` counts: a guardrail may have stopped or changed what was sent before. In a conversation an
    answer is written to its end also where nobody listens any more; elsewhere the work ends with the connection.
    """
    asked = _asked(state, data, caller_of(request))
    if data.conversation is None:
        asked = replace(asked, given_up=given_up(request))
    steps: Iterator[Delta | Finished] = state.answerer.stream(asked)
    if data.conversation is not None:
        steps = apart(_continuing(steps, state, data))
    first = next(steps)  # what goes wrong before it has a status of its own
    return ServerSentEvent(_events(first, steps, folder=str(state.project.folder)))


@post("/search", status_code=200, sync_to_thread=True, guards=[needs("ask")], opt=WORK)
def search(request: Request[Any, Any, Any], state: State, data: JSONBody[SearchBody]) -> dict[str, Any]:
    """Passages, as `steep search --json` prints them."""
    found = state.answerer.search(
        SearchRequest(question=data.question, k=data.k, caller=caller_of(request), within=_documents(data.within))
    )
    return search_json(data.question, found.hits, found.generation)


@post("/compare", status_code=200, sync_to_thread=True, guards=[needs("ask")], opt=WORK)
def compare_profiles(request: Request[Any, Any, Any], state: State, data: JSONBody[CompareBody]) -> dict[str, Any]:
    """One question through several profiles, each with its answer, or the reason why it gave none."""
    profiles = [profile_of(state.project, state.answerer, name) for name in data.profiles or ()]
    found = compare(
        state.answerer,
        data.question,
        caller=caller_of(request),
        profiles=profiles or None,
        within=_documents(data.within),
    )
    return {"question": data.question, "answers": [each.to_json() for each in found]}


def _asked(state: State, data: AnswerBody, caller: Caller) -> AnswerRequest:
    profile = profile_of(state.project, state.answerer, data.profile)
    if data.conversation is None:
        said = tuple(Message(role=turn.role, content=turn.content) for turn in data.history)  # type: ignore[arg-type]  # the pattern of Turn.role
        heard = conversations.Heard(turns=said, documents=None)
    elif data.history:
        raise BadRequest("`history` is that of the conversation; leave one of the two out.", param="history")
    else:
        heard = conversations.history(state.project, data.conversation, caller)
    return AnswerRequest(
        question=data.question,
        profile=profile,
        history=heard.turns,
        earlier=heard.documents,
        caller=caller,
        within=_documents(data.within),
        schema=data.schema_asked,
        confirm=lambda call: call.id in data.confirm,
    )


def _continue(state: State, data: AnswerBody, answer: str) -> None:
    if data.conversation is not None:
        conversations.continued(state.project, data.conversation, answer, question=data.question)


def _continuing(steps: Iterator[Delta | Finished], state: State, data: AnswerBody) -> Iterator[Delta | Finished]:
    for step in steps:
        if isinstance(step, Finished):
            _continue(state, data, step.answer.id)
        yield step


def _events(first: Delta | Finished, steps: Iterator[Delta | Finished], *, folder: str) -> Iterator[dict[str, Any]]:
    try:
        yield _event(first)
        for step in steps:
            yield _event(step)
    except Exception as error:  # whatever a part raises: it is too late for a status
        yield {"event": "error", "data": json.dumps(fault_of(error, about="a stream", folder=folder).body)}


def _event(step: Delta | Finished) -> dict[str, Any]:
    if isinstance(step, Delta):
        return {"event": "delta", "data": json.dumps({"text": step.text})}
    return {"event": "answer", "data": json.dumps(answer_json(step.answer))}


def _documents(paths: list[str] | None) -> frozenset[str] | None:
    return None if paths is None else frozenset(content_id("document", path) for path in paths)


ROUTES = [answer, search]
"""Those of 0.1, which stay where they were; the others stand below /api/v1 alone."""

NEW = [answer_stream, compare_profiles]
