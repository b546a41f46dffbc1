"""Ask: a question, and its answer as it is written; every citation opens its document at the words."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect
from pydantic import BaseModel

from steep.errors import SteepError
from steep.flows.answer import Answerer, AnswerRequest, Delta
from steep.server.admission import WORK, given_up
from steep.server.callers import caller_of, needs
from steep.server.openai.models import profile_of
from steep.server.page.answers import shown_answer
from steep.server.page.faults import told
from steep.server.page.frame import fragment, page, project_of
from steep.server.page.samples import samples
from steep.server.page.streaming import Event, streamed, wants_stream
from steep.values import Answer

__all__ = ["ROUTES"]

_EARLIER = 12


class AskForm(BaseModel, extra="ignore"):
    question: str = ""
    profile: str = "rag"


@get("/", sync_to_thread=True, guards=[needs("ask")])
def ask_view(
    request: Request[Any, Any, Any], state: State, question: FromQuery[str] = "", profile: FromQuery[str] = ""
) -> Response[str]:
    return _view(request, state.answerer, question=question, profile=profile)


@post("/ask", status_code=200, sync_to_thread=True, guards=[needs("ask")], opt=WORK)
def ask(request: Request[Any, Any, Any], state: State, data: URLEncodedBody[AskForm]) -> Response[Any]:
    """Answer, as events where the script asks and as a page of the answer otherwise."""
    answerer: Answerer = state.answerer
    try:
        profile = profile_of(project_of(request), answerer, data.profile)
        asked = AnswerRequest(
            question=data.question, profile=profile, caller=caller_of(request), given_up=given_up(request)
        )
        if wants_stream(request):
            return streamed(request, _events(request, answerer, asked))
        answer = answerer.answer(asked)
    except SteepError as error:
        if wants_stream(request):
            raise
        status, line = told(request, error)
        return _view(request, answerer, status=status, line=line, question=data.question, profile=data.profile)
    if not project_of(request).config.answer.keep:
        return page(request, "answered.html", view="ask", shown=shown_answer(request, answer))
    return Redirect(f"/answers/{quote(answer.id)}", status_code=303)


def _events(request: Request[Any, Any, Any], answerer: Answerer, asked: AnswerRequest) -> Iterator[Event]:
    for step in answerer.stream(asked):
        if isinstance(step, Delta):
            yield "delta", {"text": step.text}
        else:
            yield "answer", _answered(request, step.answer)


def _answered(request: Request[Any, Any, Any], answer: Answer) -> dict[str, Any]:
    html = fragment("turn.html", shown=shown_answer(request, answer))
    return {"html": html, "told": answer.refusal if answer.abstained else answer.text}


def _view(
    request: Request[Any, Any, Any], answerer: Answerer, *, status: int = 200, line: str = "", **typed: str
) -> Response[str]:
    project, caller = project_of(request), caller_of(request)
    profiles = [(name, answerer.lacks(name)) for name in answerer.profiles]
    current = project.generations.current()
    chosen = typed.get("profile") or next((name for name, lacking in profiles if name == "rag" or not lacking), "rag")
    kept = [each for each in project.answers.newest(200) if each.answer.caller == caller.name][:_EARLIER]
    return page(
        request,
        "ask.html",
        status=status,
        view="ask",
        line=line,
        question=typed.get("question", ""),
        chosen=chosen,
        profiles=profiles,
        documents=current.documents if current else 0,
        samples=samples(project, caller) if current else (),
        earlier=kept,
    )


ROUTES = [ask_view, ask]
