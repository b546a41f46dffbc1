"""Uploads: files that are sent by a form, each taken whole or refused with a line, and deleted by a click."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request, Response, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State, UploadFile
from litestar.handlers import BaseRouteHandler
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from pydantic import BaseModel

from steep.errors import SteepError
from steep.flows import uploads
from steep.server.callers import caller_of, needs
from steep.server.errors import BadRequest
from steep.server.page.documents import documents_page
from steep.server.page.faults import told
from steep.server.page.frame import project_of
from steep.values import Caller

__all__ = ["ROUTES", "Arrival"]

_ROOM = 1_000_000  # bytes of a form beside its files
_MOST = 20  # files of one form


class Arrival(NamedTuple):
    """What became of a file that was sent."""

    name: str
    line: str
    ok: bool


class TooLarge(BadRequest):
    status = 413


class DeleteForm(BaseModel, extra="ignore"):
    path: str


async def _fits(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard that refuses a form by what it says of its length, before any of it is read."""
    assert isinstance(connection, Request)
    project = project_of(connection)
    length = connection.content_length
    if length is None or length > uploads.limit(project) * _MOST + _ROOM:
        raise TooLarge(
            f"that is too much at once: a document may have {project.config.project.max_megabytes:g} MB "
            f"(`max_megabytes` in steep.toml), and {_MOST} may be sent together. Nothing was uploaded.",
            code="too_large",
        )


@post("/documents", status_code=200, request_max_body_size=None, guards=[needs("edit"), _fits])
async def upload(request: Request[Any, Any, Any], state: State) -> Response[Any]:
    """Take the files of the field `file` into `folder`, and bring the index up to date, as a job."""
    form = await request.form()
    files = [each for each in form.getall("file", []) if isinstance(each, UploadFile) and each.filename]
    folder, replace = str(form.get("folder", "")).strip().strip("/"), form.get("replace") == "yes"
    arrivals = [await _arrival(request, each, folder, replace=replace) for each in files[:_MOST]]
    if not files:
        arrivals = [Arrival("", "No file was chosen; choose one, and send it.", ok=False)]
    elif len(files) > _MOST:
        arrivals.append(Arrival("", f"Only the first {_MOST} files were taken; send the others after them.", ok=False))
    job = ""
    if any(each.ok for each in arrivals):
        arrivals, job = await asyncio.to_thread(_indexed, state, caller_of(request), arrivals)
    status = 200 if all(each.ok for each in arrivals) else 400
    return await asyncio.to_thread(documents_page, request, status=status, arrivals=arrivals, job=job)


@post("/documents/delete", status_code=200, sync_to_thread=True, guards=[needs("edit")])
def delete(request: Request[Any, Any, Any], state: State, data: URLEncodedBody[DeleteForm]) -> Redirect:
    """Move a document's file to the trash; a second click finds it gone."""
    caller = caller_of(request)
    uploads.delete(project_of(request), data.path, caller)
    _indexed(state, caller, [])
    return Redirect("/documents?done=deleted", status_code=303)


async def _arrival(request: Request[Any, Any, Any], sent: UploadFile, folder: str, *, replace: bool) -> Arrival:
    def take() -> uploads.Uploaded:
        project = project_of(request)
        path = uploads.checked_path(project, sent.filename, folder, caller_of(request))
        with uploads.receiving(project, os.urandom(16)) as file:
            _copied(sent, file)
            return uploads.arrived(project, file, path, replace=replace)

    try:
        found = await asyncio.to_thread(take)
    except SteepError as error:
        return Arrival(sent.filename, told(request, error)[1], ok=False)
    return Arrival(sent.filename, f"it lies at `{found.path}` now.", ok=True)


def _copied(sent: UploadFile, file: Path) -> None:
    sent.file.seek(0)
    with file.open("wb") as incoming:
        shutil.copyfileobj(sent.file, incoming)


def _indexed(state: State, caller: Caller, arrivals: list[Arrival]) -> tuple[list[Arrival], str]:
    """Bring the index up to date, or say why that waits."""
    try:
        return arrivals, state.jobs.start("index", {}, caller).id
    except SteepError as error:
        return [*arrivals, Arrival("", f"The index is not up to date yet: {error}", ok=False)], ""


ROUTES = [upload, delete]
