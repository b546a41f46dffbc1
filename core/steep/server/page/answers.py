"""An answer that was given: what it says, what it rests on, what was found beside it, and whether it was right."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from pydantic import BaseModel, Field

from steep.errors import NotThere
from steep.flows.answers import Seen, found
from steep.flows.feedback import judge
from steep.server.callers import caller_of, needs
from steep.server.errors import BadRequest
from steep.server.page.frame import fragment, page, project_of, wants_page
from steep.values import Answer, Hit

__all__ = ["ROUTES", "Shown", "shown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer as a view shows it; ``unused`` are the hits that it does not cite, ``paths`` what it may link to."""

    seen: Seen
    unused: tuple[Hit, ...]
    paths: frozenset[str]
    kept: bool

    @property
    def answer(self) -> Answer:
        return self.seen.answer


class FeedbackForm(BaseModel, extra="ignore"):
    verdict: str = Field("", pattern="^(right|wrong|)$")
    better: str = Field("", max_length=20_000)


@get("/answers/{identity:str}", sync_to_thread=True, guards=[needs("ask")])
def answer_view(request: Request[Any, Any, Any], identity: FromPath[str]) -> Response[str]:
    answer = found(project_of(request), identity, caller_of(request)).answer
    return page(request, "answered.html", view="ask", shown=shown(request, answer))


@post("/answers/{identity:str}/feedback", status_code=200, sync_to_thread=True, guards=[needs("ask")])
def feedback(
    request: Request[Any, Any, Any], identity: FromPath[str], data: URLEncodedBody[FeedbackForm]
) -> Response[Any]:
    """Keep what somebody says of an answer; a better one says that it was not right."""
    project, caller = project_of(request), caller_of(request)
    answer = found(project, identity, caller).answer
    better = data.better.strip()
    if not (data.verdict or better):
        raise BadRequest("nothing was said of the answer; choose right or wrong, or write a better one.")
    judge(project, answer.id, right=data.verdict == "right", caller=caller, better=better)
    if wants_page(request):
        return Redirect(f"/answers/{quote(answer.id)}?done=feedback", status_code=303)
    return Response({"html": fragment("feedback.html", shown=shown(request, answer))})


def shown(request: Request[Any, Any, Any], answer: Answer) -> Shown:
    """An answer of the caller's, with what became of it since; one that is not kept stands as it was given."""
    project, caller = project_of(request), caller_of(request)
    try:
        seen = found(project, answer.id, caller)
    except NotThere:
        seen = Seen(answer=answer, created=project.clock(), review=None)
        kept = False
    else:
        kept = True
    answer = seen.answer
    cited = {citation.passage for citation in (*answer.citations, *answer.nearest)}
    current = project.generations.current()
    links = current is not None and "](" in answer.text
    return Shown(
        seen=seen,
        unused=tuple(hit for hit in answer.hits if hit.passage.id not in cited),
        paths=frozenset(project.generations.paths(current.number)) if current and links else frozenset(),
        kept=kept,
    )


ROUTES = [answer_view, feedback]
