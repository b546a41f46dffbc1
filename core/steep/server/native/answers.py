"""/api/v1/answers: what was answered, looked up again, and judged."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from steep.flows import answers as flow
from steep.flows.feedback import judge
from steep.server.callers import caller_of, needs
from steep.server.schemas import Truth
from steep.wire import to_json

__all__ = ["ROUTES", "FeedbackBody"]


class FeedbackBody(BaseModel, extra="forbid"):
    """``better`` is what should have been answered; an answer that has a better one is not right."""

    right: Truth
    better: str = Field("", max_length=20_000)


@get("/answers", sync_to_thread=True, guards=[needs("ask")])
def answers(
    request: Request[Any, Any, Any],
    state: State,
    others: FromQuery[bool] = False,
    before: FromQuery[str] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """The latest answers, newest first; the next page begins with `before`, the id of the last one here.

    `others` adds what others asked, for callers with the scope `operate`.
    """
    found = flow.newest(state.project, caller_of(request), others=others, before=before, limit=limit)
    return {"answers": [each.to_json() for each in found], "next": found[-1].answer.id if len(found) == limit else None}


@get("/answers/{identity:str}", sync_to_thread=True, guards=[needs("ask")])
def answer(request: Request[Any, Any, Any], state: State, identity: FromPath[str]) -> dict[str, Any]:
    """One answer, as it stands now: what a reviewer let pass is its text, and `review` says so."""
    return flow.found(state.project, identity, caller_of(request)).to_json()


@post("/answers/{identity:str}/feedback", status_code=201, sync_to_thread=True, guards=[needs("ask")])
def feedback(
    request: Request[Any, Any, Any], state: State, identity: FromPath[str], data: JSONBody[FeedbackBody]
) -> dict[str, Any]:
    """Say of an answer that it is right, or wrong, or what would have been better. All that was said is kept."""
    caller = caller_of(request)
    seen = flow.found(state.project, identity, caller)
    said = judge(state.project, seen.answer.id, right=data.right, better=data.better.strip(), caller=caller)
    kept: dict[str, Any] = to_json(said)
    return kept


ROUTES = [answers, answer, feedback]
