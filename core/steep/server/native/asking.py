"""/answer and /search, as `steep ask --json` and `steep search --json` print them."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Any

from litestar import Request, post
from litestar.datastructures import State
from litestar.params import JSONBody
from pydantic import BaseModel, Field

from steep.flows.answer import AnswerRequest, SearchRequest
from steep.server.callers import caller_of, needs
from steep.server.openai.models import profile_of
from steep.values import Message, content_id
from steep.wire import answer_json, search_json

__all__ = ["ROUTES", "AnswerBody", "SearchBody", "Turn"]


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


@post("/answer", status_code=200, sync_to_thread=True, guards=[needs("ask")])
def answer(request: Request[Any, Any, Any], state: State, data: JSONBody[AnswerBody]) -> dict[str, Any]:
    """An answer, as `steep ask --json` prints it."""
    asked = AnswerRequest(
        question=data.question,
        profile=profile_of(state.project, state.answerer, data.profile),
        history=tuple(Message(role=turn.role, content=turn.content) for turn in data.history),  # type: ignore[arg-type]  # the pattern of Turn.role
        caller=caller_of(request),
        within=_documents(data.within),
        schema=data.schema_asked,
    )
    return answer_json(state.answerer.answer(asked))


@post("/search", status_code=200, sync_to_thread=True, guards=[needs("ask")])
def search(request: Request[Any, Any, Any], state: State, data: JSONBody[SearchBody]) -> dict[str, Any]:
    """Passages, as `steep search --json` prints them."""
    found = state.answerer.search(
        SearchRequest(question=data.question, k=data.k, caller=caller_of(request), within=_documents(data.within))
    )
    return search_json(data.question, found.hits, found.generation)


def _documents(paths: list[str] | None) -> frozenset[str] | None:
    return None if paths is None else frozenset(content_id("document", path) for path in paths)


ROUTES = [answer, search]
