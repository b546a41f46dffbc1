"""An answer that was given: what it says, what it rests on, what was found beside it, and whether it was right."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from pydantic import BaseModel, Field

from steep.errors import WorkspaceError
from steep.flows.feedback import judge
from steep.server.callers import caller_of, needs
from steep.server.errors import BadRequest
from steep.server.page.frame import fragment, page, project_of, wants_page
from steep.values import Answer, Hit
from steep.workspace.answers import Feedback, KeptAnswer

__all__ = ["ROUTES", "Shown", "shown_answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer as a view shows it; ``unused`` are the hits that it does not cite, ``kept``: it can be found again."""

    answer: Answer
    unused: tuple[Hit, ...]
    paths: frozenset[str]
    feedback: tuple[Feedback, ...] = ()
    kept: bool = True


class FeedbackForm(BaseModel, extra="ignore"):
    verdict: str = Field("", pattern="^(right|wrong|)$")
    better: str = Field("", max_length=20_000)


class AnswerNotFound(BadRequest):
    status = 404


@get("/answers/{identity:str}", sync_to_thread=True, guards=[needs("ask")])
def answer_view(request: Request[Any, Any, Any], identity: FromPath[str]) -> Response[str]:
    found = _own(request, identity)
    return page(request, "answered.html", view="ask", shown=shown_answer(request, found.answer), created=found.created)


@post("/answers/{identity:str}/feedback", status_code=200, sync_to_thread=True, guards=[needs("ask")])
def feedback(
    request: Request[Any, Any, Any], identity: FromPath[str], data: URLEncodedBody[FeedbackForm]
) -> Response[Any]:
    """Keep what somebody says of an answer; a better one says that it was not right."""
    answer = _own(request, identity).answer
    if not (data.verdict or data.better.strip()):
        raise BadRequest("nothing was said of the answer; choose right or wrong, or write a better one.")
    better = data.better.strip()
    judge(project_of(request), answer.id, right=data.verdict == "right", caller=caller_of(request), better=better)
    if wants_page(request):
        return Redirect(f"/answers/{quote(answer.id)}?done=feedback", status_code=303)
    return Response({"html": fragment("feedback.html", shown=shown_answer(request, answer))})


def shown_answer(request: Request[Any, Any, Any], answer: Answer) -> Shown:
    project = project_of(request)
    cited = {citation.passage for citation in answer.citations}
    current = project.generations.current()
    return Shown(
        answer=answer,
        unused=tuple(hit for hit in answer.hits if hit.passage.id not in cited),
        paths=frozenset(project.generations.paths(current.number)) if current and "](" in answer.text else frozenset(),
        feedback=project.answers.feedback(answer.id),
        kept=project.config.answer.keep,
    )


def _own(request: Request[Any, Any, Any], identity: str) -> KeptAnswer:
    """An answer of the caller's own, or of anybody for who runs the service; another's is as if it were not there."""
    try:
        found = project_of(request).answers.find(identity)
    except WorkspaceError:
        raise NotFoundException from None
    if found.answer.id != identity or not _may_see(request, found.answer):
        raise NotFoundException
    return found


def _may_see(request: Request[Any, Any, Any], answer: Answer) -> bool:
    caller = caller_of(request)
    return answer.caller == caller.name or caller.may("operate")


ROUTES = [answer_view, feedback]
