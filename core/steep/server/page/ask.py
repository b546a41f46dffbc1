"""Ask: questions that follow each other, and answers as they are written, each with its sources."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from pydantic import BaseModel, Field

from steep.errors import SteepError
from steep.flows import conversations
from steep.flows.answer import Delta
from steep.server.admission import WORK, given_up
from steep.server.callers import caller_of, needs
from steep.server.errors import BadRequest
from steep.server.openai.models import profile_of
from steep.server.page.answers import Shown, shown
from steep.server.page.faults import told
from steep.server.page.frame import fragment, page, project_of
from steep.server.page.samples import samples
from steep.server.page.streaming import Event, streamed, wants_stream
from steep.server.page.talking import Talking, talking
from steep.workspace.conversations import Kept

__all__ = ["ROUTES"]

_LISTED = 30


class AskForm(BaseModel, extra="ignore"):
    """``confirm`` is a call that may be made now, and ``again`` the answer in which it was not."""

    question: str = ""
    profile: str = "rag"
    conversation: str = ""
    confirm: str = Field("", max_length=200)
    again: str = Field("", max_length=200)


class TitleForm(BaseModel, extra="ignore"):
    title: str = Field("", max_length=1000)


@get("/", sync_to_thread=True, guards=[needs("ask")])
def ask_view(request: Request[Any, Any, Any], state: State, question: FromQuery[str] = "") -> Response[str]:
    return _view(request, state, AskForm(question=question, profile=""))


@get("/conversations/{identity:str}", sync_to_thread=True, guards=[needs("ask")])
def conversation_view(request: Request[Any, Any, Any], state: State, identity: FromPath[str]) -> Response[str]:
    """A conversation, to be gone on with."""
    return _view(request, state, AskForm(conversation=identity, profile=""))


@post("/conversations/{identity:str}/forget", status_code=200, sync_to_thread=True, guards=[needs("ask")])
def forget(request: Request[Any, Any, Any], identity: FromPath[str]) -> Redirect:
    conversations.delete(project_of(request), identity, caller_of(request))
    return Redirect("/?done=conversation-forgotten", status_code=303)


@post("/conversations/{identity:str}/rename", status_code=200, sync_to_thread=True, guards=[needs("ask")])
def rename(request: Request[Any, Any, Any], identity: FromPath[str], data: URLEncodedBody[TitleForm]) -> Redirect:
    if not data.title.strip():
        raise BadRequest("the title is empty; write one.", param="title", code="invalid_value")
    conversations.rename(project_of(request), identity, caller_of(request), title=data.title)
    return Redirect(f"/conversations/{quote(identity)}?done=renamed", status_code=303)


@post("/ask", status_code=200, sync_to_thread=True, guards=[needs("ask")], opt=WORK)
def ask(request: Request[Any, Any, Any], state: State, data: URLEncodedBody[AskForm]) -> Response[Any]:
    """Answer, as events where the script asks and as a page of the conversation otherwise."""
    project, answerer = project_of(request), state.answerer
    try:
        talk = talking(
            project,
            answerer,
            caller_of(request),
            question=data.question,
            profile=profile_of(project, answerer, data.profile),
            conversation=data.conversation,
            confirm=data.confirm,
            again=data.again,
            given_up=given_up(request),
        )
        if wants_stream(request):
            return streamed(request, _events(request, talk))
        answer = talk.answer()
    except SteepError as error:
        if wants_stream(request):
            raise
        status, line = told(request, error)
        return _view(request, state, data, status=status, line=line)
    if not talk.conversation:
        return page(request, "answered.html", view="ask", shown=shown(request, answer))
    return Redirect(f"{talk.path}#a-{answer.id}", status_code=303)


def _events(request: Request[Any, Any, Any], talk: Talking) -> Iterator[Event]:
    yield "begun", {"url": talk.path, "fields": {"conversation": talk.conversation}}
    try:
        for step in talk.stream():
            if isinstance(step, Delta):
                yield "delta", {"text": step.text}
            else:
                answer = step.answer
                html = fragment("turn.html", shown=shown(request, answer), conversation=talk.conversation)
                yield "answer", {"html": html, "told": answer.refusal if answer.abstained else answer.text}
    except Exception:
        if talk.begun:  # its conversation is gone again: the next question begins another
            yield "begun", {"url": "/", "fields": {"conversation": ""}}
        raise


def _view(
    request: Request[Any, Any, Any], state: State, form: AskForm, *, status: int = 200, line: str = ""
) -> Response[str]:
    project, caller, answerer = project_of(request), caller_of(request), state.answerer
    talk = _talk(request, form.conversation)
    profiles = [(name, answerer.lacks(name)) for name in answerer.profiles if not answerer.rules_out(name)]
    current = project.generations.current()
    fallback = (
        talk[0].profile if talk else next((name for name, lacking in profiles if name == "rag" or not lacking), "rag")
    )
    return page(
        request,
        "ask.html",
        status=status,
        view="ask",
        line=line,
        question=form.question,
        conversation=form.conversation if talk else "",
        title=talk[0].title if talk else "",
        turns=talk[1] if talk else (),
        chosen=form.profile or fallback,
        profiles=profiles,
        documents=current.documents if current else 0,
        samples=samples(project, answerer, caller) if current and not talk else (),
        talks=conversations.listed(project, caller, limit=_LISTED),
    )


def _talk(request: Request[Any, Any, Any], identity: str) -> tuple[Kept, list[Shown]] | None:
    """A conversation, and its turns; raises NotThere for one of somebody else."""
    if not identity:
        return None
    talk = conversations.found(project_of(request), identity, caller_of(request))
    return talk.conversation, [shown(request, turn.answer) for turn in talk.turns]


ROUTES = [ask_view, conversation_view, forget, rename, ask]
