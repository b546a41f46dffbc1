"""/api/v1/pairs: look through what was written from the documents, correct it, drop it, write one's own."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Annotated, Any

from litestar import Request, delete, get, patch, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from steep.flows import pairs as flow
from steep.server.callers import caller_of, needs
from steep.server.native.seeing import sees_all
from steep.wire import pair_json, to_json
from steep.workspace.sections import Name

__all__ = ["ROUTES", "CorrectionBody", "PairBody"]


class PairBody(BaseModel, extra="forbid"):
    """``quote`` are words of ``document`` that hold the answer, exactly as they stand there.

    ``start`` says which place is meant where they stand more than once. Without an ``answer`` the quote is the answer.
    """

    question: str = Field(min_length=1, max_length=10_000)
    document: str = Field(min_length=1)
    quote: str = Field(min_length=1, max_length=20_000)
    start: int | None = Field(None, ge=0)
    answer: str | None = Field(None, max_length=20_000)
    kind: Name | None = None
    reason: str = Field("", max_length=1_000)


class CorrectionBody(BaseModel, extra="forbid"):
    """What shall be otherwise; what is left out stays. An answer that was quoted is looked for anew in its document."""

    question: str | None = Field(None, max_length=10_000)
    answer: str | None = Field(None, max_length=20_000)
    document: str | None = None
    quote: str | None = Field(None, max_length=20_000)
    start: int | None = Field(None, ge=0)
    kind: Name | None = None
    reason: str = Field("", max_length=1_000)


@get("/pairs", sync_to_thread=True, guards=[needs("edit")])
def pairs(
    request: Request[Any, Any, Any],
    state: State,
    dataset: Annotated[str, QueryParameter(pattern="^[a-z0-9]{1,64}$")] = "latest",
    q: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    document: FromQuery[str] = "",
    offset: Annotated[int, QueryParameter(ge=0)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """The pairs of a dataset version that the caller may see; `q` is looked for in questions and answers."""
    wanted = flow.Wanted(dataset=dataset, text=q, kind=kind, document=document, offset=offset, limit=limit)
    found = flow.listed(state.project, caller_of(request), wanted)
    shown = [each.to_json() for each in found.pairs]
    return {"dataset": found.dataset, "total": found.total, "kinds": found.kinds, "pairs": shown}


@get("/pairs/{identity:str}", sync_to_thread=True, guards=[needs("edit")])
def pair(request: Request[Any, Any, Any], state: State, identity: FromPath[str]) -> dict[str, Any]:
    """A pair of the latest dataset, with who did what to it."""
    return flow.found(state.project, identity, caller_of(request)).to_json()


@post("/pairs", status_code=201, sync_to_thread=True, guards=[needs("edit")])
def write(request: Request[Any, Any, Any], state: State, data: JSONBody[PairBody]) -> dict[str, Any]:
    """Write a pair; it makes a new dataset version, unless that holds it already."""
    return _edited(flow.write(state.project, flow.Change(**data.model_dump()), caller_of(request)))


@patch("/pairs/{identity:str}", sync_to_thread=True, guards=[needs("edit")])
def correct(
    request: Request[Any, Any, Any], state: State, identity: FromPath[str], data: JSONBody[CorrectionBody]
) -> dict[str, Any]:
    """Correct a pair: another one, with an id of its own, stands in its place in a new dataset version."""
    return _edited(flow.correct(state.project, identity, flow.Change(**data.model_dump()), caller_of(request)))


@delete("/pairs/{identity:str}", status_code=200, sync_to_thread=True, guards=[needs("edit")])
def drop(
    request: Request[Any, Any, Any], state: State, identity: FromPath[str], reason: FromQuery[str] = ""
) -> dict[str, Any]:
    """Leave a pair out of a new dataset version; the versions before keep it."""
    return _edited(flow.drop(state.project, identity, caller_of(request), reason=reason))


@get("/datasets", sync_to_thread=True, guards=[needs("edit"), sees_all])
def datasets(state: State, limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50) -> dict[str, Any]:
    """The dataset versions, newest first, each with the edit that made it, if one did."""
    edits = {edit.dataset: edit for edit in state.project.edits.of()}
    versions = state.project.datasets.versions()[:limit]
    return {"datasets": [{"version": each, "edit": to_json(edits.get(each))} for each in versions]}


def _edited(edited: flow.Edited) -> dict[str, Any]:
    return {"dataset": edited.dataset, "pair": None if edited.pair is None else pair_json(edited.pair)}


ROUTES = [pairs, pair, write, correct, drop, datasets]
