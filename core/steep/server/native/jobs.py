"""/api/v1/jobs: runs that are started here and watched, one at a time in a project."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from litestar import MediaType, Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from pydantic import BaseModel, Field, RootModel

from steep.flows.jobs import job_json
from steep.server.callers import caller_of, needs
from steep.server.native.seeing import sees_all
from steep.server.schemas import Truth
from steep.workspace.jobs import Tail
from steep.workspace.sections import Name

__all__ = ["ROUTES", "JobBody", "StopBody"]

_LOOK = 0.3  # seconds between looks at what a job wrote
_QUIET = 15.0  # seconds without an event after which a sign of life is sent
_LOG = 262_144  # bytes
_DIGITS = 19  # of a number of an event; a longer one is none of ours
_MAY = [needs("operate"), sees_all]


class IndexJob(BaseModel, extra="forbid"):
    kind: Literal["index"]
    rebuild: Truth = False


class SynthesizeJob(BaseModel, extra="forbid"):
    """``count`` is how many pairs to ask for; by default as steep.toml says."""

    kind: Literal["synthesize"]
    count: int | None = Field(None, ge=1, le=1_000_000)


class TuneJob(BaseModel, extra="forbid"):
    """``force`` is a reason to put the adapter in production whatever speaks against it."""

    kind: Literal["tune"]
    recipe: Name = "default"
    dataset: str = Field("latest", pattern="^[a-z0-9]{1,64}$")
    name: Name | None = None
    force: str = Field("", max_length=1000)


class MeasureJob(BaseModel, extra="forbid"):
    kind: Literal["measure"]
    arms: list[Name] | None = Field(None, min_length=1, max_length=32)
    limit: int | None = Field(None, ge=1)
    split: str | None = Field(None, max_length=200)
    fresh: Truth = False


class RunJob(BaseModel, extra="forbid"):
    kind: Literal["run"]
    fresh: Truth = False


class JobBody(RootModel[IndexJob | SynthesizeJob | TuneJob | MeasureJob | RunJob]):
    """What a job does, and the options that its command has."""

    root: IndexJob | SynthesizeJob | TuneJob | MeasureJob | RunJob = Field(discriminator="kind")


class StopBody(BaseModel, extra="forbid"):
    """``kill`` ends it at once; otherwise it stops as at Ctrl-C, once what it is at allows it."""

    kill: Truth = False


@get("/jobs", sync_to_thread=True, guards=_MAY)
def jobs(state: State, limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50) -> dict[str, Any]:
    """The jobs, newest first. One that a kill or a restart left is told as `lost`; started again, it resumes."""
    return {"jobs": [job_json(state.project, job) for job in state.jobs.newest(limit)]}


@post("/jobs", status_code=201, sync_to_thread=True, guards=_MAY)
def start(request: Request[Any, Any, Any], state: State, data: JSONBody[JobBody]) -> dict[str, Any]:
    """Start a job. 409 where one, or a command, is at work already: there is one at a time in a project."""
    options = data.root.model_dump(exclude={"kind"})
    return job_json(state.project, state.jobs.start(data.root.kind, options, caller_of(request)))


@get("/jobs/{identity:str}", sync_to_thread=True, guards=_MAY)
def job(state: State, identity: FromPath[str]) -> dict[str, Any]:
    """A job: its state, its last step, and in the end its summary, or why it failed."""
    return job_json(state.project, state.jobs.found(identity))


@post("/jobs/{identity:str}/stop", status_code=200, sync_to_thread=True, guards=_MAY)
def stop(state: State, identity: FromPath[str], data: JSONBody[StopBody]) -> dict[str, Any]:
    """Ask a job to stop, or end it at once; what it had finished is kept. One that has ended stays as it is."""
    return job_json(state.project, state.jobs.stop(identity, kill=data.kill))


@get("/jobs/{identity:str}/log", sync_to_thread=True, media_type=MediaType.TEXT, guards=_MAY)
def log(state: State, identity: FromPath[str]) -> str:
    """The end of what its process wrote."""
    found: str = state.project.jobs.log(state.jobs.found(identity).id, most=_LOG)
    return found


@get("/jobs/{identity:str}/events", sync_to_thread=True, guards=_MAY, media_type="text/event-stream")
def events(
    state: State,
    identity: FromPath[str],
    after: FromQuery[int] = 0,
    last: Annotated[str | None, HeaderParameter(name="Last-Event-ID")] = None,
) -> ServerSentEvent:
    """What a job does, as server-sent events while it does it: `stage`, `progress`, and at last `end` with the job.

    Each has a number. A connection that was lost goes on behind the `Last-Event-ID` that the client sends, or `after`.
    """
    found = state.jobs.found(identity)
    seen = int(last) if last is not None and last.isdecimal() and len(last) < _DIGITS else after
    return ServerSentEvent(_watched(state, found.id, seen))


async def _watched(state: State, identity: str, seen: int) -> AsyncIterator[ServerSentEventMessage]:
    tail = Tail(state.project.jobs.folder(identity), after=seen)
    quiet = 0.0
    while True:
        found = await asyncio.to_thread(state.jobs.found, identity)  # before the events, so that none comes later
        for event in await asyncio.to_thread(tail.read):
            seen, quiet = event["id"], 0.0
            yield ServerSentEventMessage(
                event=event["event"], id=seen, data=json.dumps({**event["data"], "at": event["at"]})
            )
        if not found.at_work:
            told = await asyncio.to_thread(job_json, state.project, found)
            yield ServerSentEventMessage(event="end", data=json.dumps(told))
            return
        if quiet >= _QUIET:
            quiet = 0.0
            yield ServerSentEventMessage(comment="still at it", data=None)
        await asyncio.sleep(_LOOK)
        quiet += _LOOK


ROUTES = [jobs, start, job, stop, log, events]
