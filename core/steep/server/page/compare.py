"""Compare: one question, answered by every arm and laid side by side, with times, passages and verdicts."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from collections.abc import Iterator
from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromQuery, URLEncodedBody
from pydantic import BaseModel

from steep.errors import QuestionError, SteepError
from steep.flows.answer import Answerer, AnswerRequest
from steep.server.admission import WORK, given_up
from steep.server.callers import caller_of, needs
from steep.server.page.answers import Shown, shown_answer
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
    shown: Shown | None = None
    line: str = ""
    total: float = 0.0


@get("/compare", sync_to_thread=True, guards=[needs("ask")])
def compare_view(request: Request[Any, Any, Any], state: State, question: FromQuery[str] = "") -> Response[str]:
    lacking = {arm: state.answerer.lacks(arm) for arm in ARMS}
    return page(request, "compare.html", view="compare", question=question, arms=ARMS, lacking=lacking, columns=())


@post("/compare", status_code=200, sync_to_thread=True, guards=[needs("ask")], opt=WORK)
def compare(request: Request[Any, Any, Any], state: State, data: URLEncodedBody[CompareForm]) -> Response[Any]:
    """The arms answer one after another, so that their times can be compared."""
    if not data.question.strip():
        raise QuestionError("the question is empty; ask something.")
    columns = _columns(request, state.answerer, data.question)
    if wants_stream(request):
        return streamed(request, _events(columns))
    return page(
        request,
        "compare.html",
        view="compare",
        question=data.question,
        arms=ARMS,
        lacking={},
        columns=list(columns),
    )


def _events(columns: Iterator[Column]) -> Iterator[Event]:
    for column in columns:
        yield "arm", {"arm": column.arm, "html": fragment("column.html", column=column)}


def _columns(request: Request[Any, Any, Any], answerer: Answerer, question: str) -> Iterator[Column]:
    for arm in ARMS:
        if lacking := answerer.lacks(arm):
            yield Column(arm=arm, line=lacking)
            continue
        try:
            answer = answerer.answer(
                AnswerRequest(question=question, profile=arm, caller=caller_of(request), given_up=given_up(request))
            )
        except SteepError as error:
            yield Column(arm=arm, line=told(request, error)[1])
        else:
            total = sum(timing.milliseconds for timing in answer.timings)
            yield Column(arm=arm, shown=shown_answer(request, answer), total=total)


ROUTES = [compare_view, compare]
