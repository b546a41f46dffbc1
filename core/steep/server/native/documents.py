"""/api/v1/documents: what is indexed, a document as it was read, and what was left out."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Annotated, Any

from litestar import Request, get
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, QueryParameter

from steep.flows import documents as flow
from steep.server.callers import caller_of, needs
from steep.wire import document_json, to_json

__all__ = ["ROUTES"]


@get("/documents", sync_to_thread=True, guards=[needs("ask")])
def documents(
    request: Request[Any, Any, Any],
    state: State,
    q: FromQuery[str] = "",
    offset: Annotated[int, QueryParameter(ge=0)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """The indexed documents that the caller may see, by path; `q` is looked for in paths and titles."""
    found = flow.listed(state.project, caller_of(request))
    wanted = q.casefold()
    rows = [each for each in found.documents if wanted in f"{each.path}\n{each.title}".casefold()]
    return {"total": len(rows), "documents": to_json(rows[offset : offset + limit]), "failed": to_json(found.failed)}


@get("/left-out", sync_to_thread=True, guards=[needs("ask")])
def left_out(request: Request[Any, Any, Any], state: State) -> dict[str, Any]:
    """The files beside steep.toml that no answer can come from, each with the reason."""
    return {"files": to_json(flow.left_out(state.project, caller_of(request)))}


@get("/documents/{path:path}", sync_to_thread=True, guards=[needs("ask")])
def document(request: Request[Any, Any, Any], state: State, path: FromPath[str]) -> dict[str, Any]:
    """A document as it was read, with its passages; all offsets are into `text`.

    What the guardrails of the output would take out of a passage is blanked in it.
    """
    found, passages = flow.shown(state.project, path.lstrip("/"), caller_of(request))
    return document_json(*state.answerer.document_leaves(found, passages))


ROUTES = [documents, left_out, document]
