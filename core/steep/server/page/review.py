"""Review: answers that a guardrail withheld, until a person approves, edits or rejects them."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Any, Literal

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from pydantic import BaseModel, Field

from steep.errors import SteepError
from steep.flows.reviews import Decision, Waiting, decide, review_of, waiting
from steep.server.callers import caller_of, needs
from steep.server.page.faults import told
from steep.server.page.frame import page, project_of

__all__ = ["ROUTES"]

_STATES = ("waiting", "approved", "edited", "rejected")


class DecisionForm(BaseModel, extra="ignore"):
    action: Literal["approve", "edit", "reject"]
    text: str = Field("", max_length=20_000)
    reason: str = Field("", max_length=2_000)


@get("/review", sync_to_thread=True, guards=[needs("edit")])
def review_view(
    request: Request[Any, Any, Any], show: FromQuery[Literal["waiting", "approved", "edited", "rejected"]] = "waiting"
) -> Response[str]:
    found = waiting(project_of(request), caller_of(request), state=show)
    return page(request, "review.html", view="review", found=found, show=show, states=_STATES)


@get("/review/{answer:str}", sync_to_thread=True, guards=[needs("edit")])
def one_view(request: Request[Any, Any, Any], answer: FromPath[str]) -> Response[str]:
    return _one(request, review_of(project_of(request), answer, caller_of(request)))


@post("/review/{answer:str}", status_code=200, sync_to_thread=True, guards=[needs("edit")])
def decide_it(
    request: Request[Any, Any, Any], answer: FromPath[str], data: URLEncodedBody[DecisionForm]
) -> Response[Any]:
    """Decide; where somebody was faster, or something is missing, the page says so and keeps what was written."""
    project, caller = project_of(request), caller_of(request)
    text = data.text if data.action == "edit" else ""
    try:
        decide(project, answer, Decision(action=data.action, text=text, reason=data.reason), caller)
    except SteepError as error:
        status, line = told(request, error)
        if status == 404:
            raise
        return _one(request, review_of(project, answer, caller), status=status, line=line, form=data)
    return Redirect("/review?done=decided", status_code=303)


def _one(
    request: Request[Any, Any, Any],
    found: Waiting,
    *,
    status: int = 200,
    line: str = "",
    form: DecisionForm | None = None,
) -> Response[str]:
    return page(request, "one_review.html", status=status, view="review", found=found, line=line, form=form)


ROUTES = [review_view, one_view, decide_it]
