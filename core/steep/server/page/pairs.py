"""Pairs: look through what was written from the documents, correct it, drop it, write one's own."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from dataclasses import replace
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from pydantic import BaseModel, Field

from steep.errors import SteepError
from steep.flows import pairs as flow
from steep.server.callers import caller_of, needs
from steep.server.page.faults import told
from steep.server.page.frame import page, project_of
from steep.values import Span

__all__ = ["ROUTES"]

_PAGE = 50


class PairForm(BaseModel, extra="ignore"):
    question: str = Field("", max_length=10_000)
    answer: str = Field("", max_length=20_000)
    document: str = Field("", max_length=4_000)
    quote: str = Field("", max_length=20_000)
    reason: str = Field("", max_length=1_000)


class DropForm(BaseModel, extra="ignore"):
    reason: str = Field("", max_length=1_000)


@get("/pairs", sync_to_thread=True, guards=[needs("edit")])
def pairs_view(
    request: Request[Any, Any, Any],
    find: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    document: FromQuery[str] = "",
    offset: Annotated[int, QueryParameter(ge=0)] = 0,
) -> Response[str]:
    wanted = flow.Wanted(text=find.strip(), kind=kind, document=document, offset=offset, limit=_PAGE)
    project = project_of(request)
    found = flow.listed(project, caller_of(request), wanted) if project.datasets.versions() else None
    if found and not found.pairs and found.total:  # pairs were dropped since, or somebody has typed a number
        wanted = replace(wanted, offset=(found.total - 1) // _PAGE * _PAGE)
        found = flow.listed(project, caller_of(request), wanted)
    return page(request, "pairs.html", view="pairs", found=found, wanted=wanted, limit=_PAGE)


@get("/pairs/new", sync_to_thread=True, guards=[needs("edit")])
def new_view(request: Request[Any, Any, Any], document: FromQuery[str] = "") -> Response[str]:
    return page(request, "pair.html", view="pairs", found=None, form=PairForm(document=document), line="")


@post("/pairs/new", status_code=200, sync_to_thread=True, guards=[needs("edit")])
def write(request: Request[Any, Any, Any], data: URLEncodedBody[PairForm]) -> Response[Any]:
    change = flow.Change(
        question=data.question,
        document=data.document.strip(),
        quote=data.quote.strip(),
        answer=data.answer.strip() or None,
        reason=data.reason,
    )
    try:
        edited = flow.write(project_of(request), change, caller_of(request))
    except SteepError as error:
        status, line = told(request, error)
        return page(request, "pair.html", status=status, view="pairs", found=None, form=data, line=line)
    return Redirect(_path(edited, "/pairs?done=pair-kept"), status_code=303)


@get("/pairs/{identity:str}", sync_to_thread=True, guards=[needs("edit")])
def pair_view(request: Request[Any, Any, Any], identity: FromPath[str]) -> Response[str]:
    found = flow.found(project_of(request), identity, caller_of(request))
    return _one(request, found)


@post("/pairs/{identity:str}", status_code=200, sync_to_thread=True, guards=[needs("edit")])
def correct(request: Request[Any, Any, Any], identity: FromPath[str], data: URLEncodedBody[PairForm]) -> Response[Any]:
    """Correct a pair; what was changed meanwhile, or does not stand in the document, is told, and the form stays."""
    project, caller = project_of(request), caller_of(request)
    found = flow.found(project, identity, caller)
    change = flow.Change(
        question=_changed(data.question, found.pair.question),
        answer=_changed(data.answer, found.pair.answer),
        quote=data.quote.strip() or None,
        document=data.document.strip() or None if data.quote.strip() else None,
        reason=data.reason,
    )
    try:
        edited = flow.correct(project, identity, change, caller)
    except SteepError as error:
        status, line = told(request, error)
        return _one(request, found, status=status, line=line, form=data)
    return Redirect(_path(edited, "/pairs?done=pair-kept"), status_code=303)


@post("/pairs/{identity:str}/drop", status_code=200, sync_to_thread=True, guards=[needs("edit")])
def drop(request: Request[Any, Any, Any], identity: FromPath[str], data: URLEncodedBody[DropForm]) -> Redirect:
    flow.drop(project_of(request), identity, caller_of(request), reason=data.reason)
    return Redirect("/pairs?done=pair-dropped", status_code=303)


def _one(
    request: Request[Any, Any, Any],
    found: flow.Shown,
    *,
    status: int = 200,
    line: str = "",
    form: PairForm | None = None,
) -> Response[str]:
    pair = found.pair
    form = form or PairForm(question=pair.question, answer=pair.answer, document=next(iter(found.documents), ""))
    return page(
        request,
        "pair.html",
        status=status,
        view="pairs",
        found=found,
        places=[(path, span) for span in pair.spans if (path := _path_of(request, span))],
        form=form,
        line=line,
    )


def _path_of(request: Request[Any, Any, Any], span: Span) -> str:
    document = project_of(request).documents.load(span.version)
    return document.path if document else ""


def _changed(said: str, before: str) -> str | None:
    """What a field says, None where it says what stood there; a browser sends line breaks of its own."""
    text = said.replace("\r\n", "\n")
    return None if text.strip() == before.strip() else text


def _path(edited: flow.Edited, otherwise: str) -> str:
    return f"/pairs/{edited.pair.id}?done=pair-kept" if edited.pair else otherwise


ROUTES = [pairs_view, new_view, write, pair_view, correct, drop]
