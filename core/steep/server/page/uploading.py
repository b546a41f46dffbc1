"""Uploads: files that are sent by a form, each taken whole or refused with a line, and deleted by a click."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import asyncio
from typing import Any

from litestar import Request, Response, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from multipart import parse_options_header  # type: ignore[import-untyped]
from pydantic import BaseModel

from steep.errors import SteepError
from steep.flows import uploads
from steep.server.callers import caller_of, needs
from steep.server.encoding import coding_of
from steep.server.errors import BadRequest, WrongType
from steep.server.page.arriving import MOST, Arrival, Arrivals
from steep.server.page.documents import documents_page
from steep.server.page.faults import told
from steep.server.page.frame import project_of
from steep.server.page.wording import sentence
from steep.server.reindexing import LATER
from steep.values import Caller

__all__ = ["ROUTES"]

_ROOM = 1_000_000  # bytes of a form beside its files


class TooLarge(BadRequest):
    status = 413


class DeleteForm(BaseModel, extra="ignore"):
    path: str


async def _fits(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard that refuses a form by what it says of its length, before any of it is read."""
    assert isinstance(connection, Request)
    if coding_of(connection.headers.get("content-encoding", "")):
        raise WrongType("the form is packed by gzip; send it as it is.", code="unsupported_encoding")
    project = project_of(connection)
    length = connection.content_length
    if length is None or length > uploads.limit(project) * MOST + _ROOM:
        raise TooLarge(
            f"that is too much at once: a document may have {project.config.project.max_megabytes:g} MB "
            f"(`max_megabytes` in steep.toml), and {MOST} may be sent together. Nothing was uploaded.",
            code="too_large",
        )


@post("/documents", status_code=200, request_max_body_size=None, guards=[needs("edit"), _fits])
async def upload(request: Request[Any, Any, Any], state: State) -> Response[Any]:
    """Take the files of the field `file` into `folder`, and bring the index up to date, as a job.

    What came in whole before a form breaks off is kept, and indexed.
    """
    caller, job = caller_of(request), ""
    taking = Arrivals(project=project_of(request), caller=caller, told=lambda error: told(request, error)[1])
    _, options = parse_options_header(request.headers.get("content-type", ""))
    try:
        await taking.take(request.stream(), options.get("boundary", ""))
    finally:
        arrivals = taking.all
        if any(each.ok for each in arrivals):
            arrivals, job = await asyncio.to_thread(_indexed, request, state, caller, arrivals)
    status = 200 if all(each.ok for each in arrivals) else 400
    return await asyncio.to_thread(documents_page, request, status=status, arrivals=arrivals, job=job)


@post("/documents/delete", status_code=200, sync_to_thread=True, guards=[needs("edit")])
def delete(request: Request[Any, Any, Any], state: State, data: URLEncodedBody[DeleteForm]) -> Redirect:
    """Move a document's file to the trash; a second click finds it gone."""
    caller = caller_of(request)
    uploads.delete(project_of(request), data.path, caller)
    job = state.reindexing.soon(caller)
    return Redirect(f"/documents?done={'deleted' if job else 'deleted-later'}", status_code=303)


def _indexed(
    request: Request[Any, Any, Any], state: State, caller: Caller, arrivals: list[Arrival]
) -> tuple[list[Arrival], str]:
    """Bring the index up to date, now or later, or say why it is not."""
    try:
        job = state.reindexing.soon(caller)
    except SteepError as error:
        return [*arrivals, Arrival("", f"The index is not up to date yet. {told(request, error)[1]}", ok=False)], ""
    return (arrivals, job.id) if job else ([*arrivals, Arrival("", sentence(LATER), ok=True)], "")


ROUTES = [upload, delete]
