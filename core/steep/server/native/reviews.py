"""/api/v1/reviews: answers that a guardrail withheld until a person has checked them."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Annotated, Any, Literal

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from steep.flows import reviews as flow
from steep.server.callers import caller_of, needs

__all__ = ["ROUTES", "DecisionBody"]


class DecisionBody(BaseModel, extra="forbid"):
    """``text`` is what is said instead of the draft, for `edit`; ``reason`` is told to whoever asked."""

    action: Literal["approve", "edit", "reject"]
    text: str = Field("", max_length=20_000)
    reason: str = Field("", max_length=2_000)


@get("/reviews", sync_to_thread=True, guards=[needs("edit")])
def reviews(
    request: Request[Any, Any, Any],
    state: State,
    review: FromQuery[Literal["waiting", "approved", "edited", "rejected"]] = "waiting",
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What waits for a person, oldest first: the question, the draft, what was found, and the verdicts.

    `review` asks for those that were decided.
    """
    found = flow.waiting(state.project, caller_of(request), state=review, limit=limit)
    return {"reviews": [each.to_json() for each in found]}


@get("/reviews/{answer:str}", sync_to_thread=True, guards=[needs("edit")])
def one(request: Request[Any, Any, Any], state: State, answer: FromPath[str]) -> dict[str, Any]:
    """The review of one answer."""
    return flow.review_of(state.project, answer, caller_of(request)).to_json()


@post("/reviews/{answer:str}", status_code=200, sync_to_thread=True, guards=[needs("edit")])
def decide(
    request: Request[Any, Any, Any], state: State, answer: FromPath[str], data: JSONBody[DecisionBody]
) -> dict[str, Any]:
    """Approve the draft, say something else instead, or reject it. 409 where somebody was faster."""
    decision = flow.Decision(action=data.action, text=data.text, reason=data.reason)
    return flow.decide(state.project, answer, decision, caller_of(request)).to_json()


ROUTES = [reviews, one, decide]
