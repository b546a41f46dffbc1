"""Compare: one question, answered by every arm and laid side by side, with times, passages and verdicts."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from collections.abc import Iterator
from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromQuery, URLEncodedBody
from pydantic import BaseModel

from steep.errors import QuestionError
from steep.flows.compare import compare
from steep.server.admission import WORK, given_up
from steep.server.callers import caller_of, needs
from steep.server.page.answers import Shown, shown
from steep.server.page.faults import told
from steep.server.page.frame import fragment, page
from steep.server.page.streaming import Event, streamed, wants_stream
from steep.values import ARMS

__all__ = ["ROUTES"]


class CompareForm(BaseModel, extra="ignore"):
    question: str = ""


class Column(NamedTuple):
    """What an arm made of the question: an answer, or a line that says why there is none."""

    arm: str
    milliseconds: float
    shown: Shown | None
    line: str


@get("/compare", sync_to_thread=True, guards=[needs("ask")])
def compare_view(request: Request[Any, Any, Any], state: State, question: FromQuery[str] = "") -> Response[str]:
    return _view(request, state, question)


@post("/compare", status_code=200, sync_to_thread=True, guards=[needs("ask")], opt=WORK)
def compared(request: Request[Any, Any, Any], state: State, data: URLEncodedBody[CompareForm]) -> Response[Any]:
    """The arms answer one after another, so that their times can be compared; the script is told of each."""
    columns = _columns(request, state, data.question)
    if wants_stream(request):
        return streamed(request, _events(columns))
    try:
        return _view(request, state, data.question, columns=list(columns))
    except QuestionError as error:
        status, line = told(request, error)
        return _view(request, state, data.question, status=status, line=line)


def _events(columns: Iterator[Column]) -> Iterator[Event]:
    for column in columns:
        yield "arm", {"arm": column.arm, "html": fragment("column.html", column=column)}


def _columns(request: Request[Any, Any, Any], state: State, question: str) -> Iterator[Column]:
    for arm in ARMS:
        (found,) = compare(
            state.answerer, question, caller=caller_of(request), profiles=(arm,), given_up=given_up(request)
        )
        answer = shown(request, found.answer) if found.answer else None
        yield Column(arm=arm, milliseconds=found.milliseconds, shown=answer, line=found.error)


def _view(
    request: Request[Any, Any, Any],
    state: State,
    question: str,
    *,
    status: int = 200,
    line: str = "",
    columns: list[Column] | None = None,
) -> Response[str]:
    return page(
        request,
        "compare.html",
        status=status,
        view="compare",
        line=line,
        question=question,
        lacking={arm: state.answerer.lacks(arm) for arm in ARMS},
        columns=columns,
    )


ROUTES = [compare_view, compared]
