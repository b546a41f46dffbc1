"""/api/v1/conversations: questions that follow each other, kept for whoever asked them."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Annotated, Any

from litestar import Request, delete, get, patch, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from steep.flows import conversations as flow
from steep.server.callers import caller_of, needs
from steep.server.openai.models import profile_of
from steep.wire import to_json

__all__ = ["ROUTES", "ConversationBody", "TitleBody"]


class ConversationBody(BaseModel, extra="forbid"):
    """Without a title, a conversation gets that of its first question."""

    profile: str = "rag"
    title: str = Field("", max_length=1000)


class TitleBody(BaseModel, extra="forbid"):
    title: str = Field(min_length=1, max_length=1000)


@get("/conversations", sync_to_thread=True, guards=[needs("ask")])
def conversations(
    request: Request[Any, Any, Any], state: State, limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50
) -> dict[str, Any]:
    """One's own conversations, the one last gone on with first."""
    return {"conversations": to_json(flow.listed(state.project, caller_of(request), limit=limit))}


@post("/conversations", status_code=201, sync_to_thread=True, guards=[needs("ask")])
def begin(request: Request[Any, Any, Any], state: State, data: JSONBody[ConversationBody]) -> dict[str, Any]:
    """Begin a conversation; it is gone on with by `conversation` in what is sent to `/api/v1/answer`."""
    profile = profile_of(state.project, state.answerer, data.profile)
    begun: dict[str, Any] = to_json(flow.begin(state.project, caller_of(request), profile=profile, title=data.title))
    return begun


@get("/conversations/{identity:str}", sync_to_thread=True, guards=[needs("ask")])
def conversation(request: Request[Any, Any, Any], state: State, identity: FromPath[str]) -> dict[str, Any]:
    """A conversation with its answers, oldest first."""
    return flow.found(state.project, identity, caller_of(request)).to_json()


@patch("/conversations/{identity:str}", sync_to_thread=True, guards=[needs("ask")])
def rename(
    request: Request[Any, Any, Any], state: State, identity: FromPath[str], data: JSONBody[TitleBody]
) -> dict[str, Any]:
    """Give a conversation another title."""
    renamed: dict[str, Any] = to_json(flow.rename(state.project, identity, caller_of(request), title=data.title))
    return renamed


@delete("/conversations/{identity:str}", sync_to_thread=True, guards=[needs("ask")])
def forget(request: Request[Any, Any, Any], state: State, identity: FromPath[str]) -> None:
    """Forget a conversation; its answers stay, and can be looked up by their ids."""
    flow.delete(state.project, identity, caller_of(request))


ROUTES = [conversations, begin, conversation, rename, forget]
