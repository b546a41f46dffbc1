"""/api/v1/documents: what is indexed, a document as it was read, what was left out; upload and delete."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import asyncio
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.datastructures import State
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath, FromQuery, QueryParameter

from steep.errors import SteepError
from steep.flows import documents as flow
from steep.flows import uploads
from steep.server.callers import caller_of, needs
from steep.server.errors import BadRequest
from steep.server.reindexing import LATER
from steep.values import Caller
from steep.wire import document_json, to_json
from steep.workspace.project import Project

__all__ = ["routes"]

# what a name may hold on every system, and how it may begin and end; the messages of `uploads` say it in words
_ODD = r'<>:"/|?*\\\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069'
_NAME = rf"[^\s.{_ODD}]([^{_ODD}]*[^\s.{_ODD}])?"


class TooLarge(BadRequest):
    status = 413


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


@dataclass
class Uploading(Operation):
    """Says in OpenAPI that the body is the file as it is."""

    def __post_init__(self) -> None:
        content = {
            "application/octet-stream": OpenAPIMediaType(
                schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY, min_length=1)
            )
        }
        self.request_body = RequestBody(content=content, required=True, description="The file, as it is.")


def upload_of(suffixes: Iterable[str]) -> Any:
    """The route that takes files; ``suffixes`` are those that are read here, which OpenAPI tells."""
    endings = "|".join(sorted(re.escape(each.lstrip(".")) for each in suffixes))
    named = QueryParameter(schema_extra={"pattern": rf"^{_NAME}\.({endings})$"})
    placed = QueryParameter(schema_extra={"pattern": rf"^({_NAME}(/{_NAME})*)?$"})

    @post(
        "/documents",
        status_code=201,
        guards=[needs("edit")],
        request_max_body_size=None,  # what is read is counted below, against what steep.toml says
        operation_class=Uploading,
    )
    async def upload(
        request: Request[Any, Any, Any],
        state: State,
        name: Annotated[str, named],
        folder: Annotated[str, placed] = "",
        replace: FromQuery[bool] = False,
        index: FromQuery[bool] = True,
    ) -> dict[str, Any]:
        """Upload a document: the body is the file as it is, `name` its name, `folder` where it shall lie.

        It is written whole or not at all, and over another only with `replace`: that one is moved to `.steep/trash`.
        Then the index is brought up to date, as a job, at once or as soon as what is at work has ended (`job` is null
        then); `index=false` leaves that for later.
        """
        caller = caller_of(request)
        found = await _received(request, state.project, caller, name=name, folder=folder, replace=replace)
        return await asyncio.to_thread(_with_job, state, caller, found, index)

    return upload


async def _received(
    request: Request[Any, Any, Any], project: Project, caller: Caller, *, name: str, folder: str, replace: bool
) -> uploads.Uploaded:
    path = await asyncio.to_thread(uploads.checked_path, project, name, folder, caller)
    limit = uploads.limit(project)
    if (request.content_length or 0) > limit:
        raise TooLarge(str(uploads.too_large(project, path)), param="body", code="too_large")
    with uploads.receiving(project, os.urandom(16)) as file:
        with file.open("wb") as incoming:
            async for piece in request.stream():
                if incoming.tell() + len(piece) > limit:
                    raise TooLarge(str(uploads.too_large(project, path)), param="body", code="too_large")
                incoming.write(piece)
        return await asyncio.to_thread(uploads.arrived, project, file, path, replace=replace)


@delete("/documents/{path:path}", status_code=200, sync_to_thread=True, guards=[needs("edit")])
def remove(
    request: Request[Any, Any, Any], state: State, path: FromPath[str], index: FromQuery[bool] = True
) -> dict[str, Any]:
    """Move a document's file to `.steep/trash`, which steep never empties, and bring the index up to date, as a job."""
    caller = caller_of(request)
    return _with_job(state, caller, uploads.delete(state.project, path.lstrip("/"), caller), index)


def _with_job(state: State, caller: Caller, found: uploads.Uploaded, index: bool) -> dict[str, Any]:
    job, note = None, "" if index else "run `steep index`, or start the job, to bring the index up to date."
    if index:
        try:
            job = state.reindexing.soon(caller)
            note = "" if job else LATER
        except SteepError as error:
            note = f"the index is not up to date yet: {error} Start the job `index` then."
    return {**to_json(found), "job": job and job.id, "note": note}


def routes(project: Project) -> list[Any]:
    return [documents, left_out, document, upload_of(uploads.suffixes(project)), remove]
