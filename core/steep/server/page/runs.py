"""Runs: jobs that are started, watched and stopped here, and the reports of what was measured."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from pydantic import BaseModel, Field

from steep.errors import Damaged, NotThere, SteepError
from steep.flows.jobs import KINDS, JobKind, job_json
from steep.measuring.report import PAGE, MeasureReport, load_report, stored_reports
from steep.server.callers import caller_of, needs
from steep.server.native.seeing import sees_all
from steep.server.page.faults import told
from steep.server.page.frame import page, project_of
from steep.workspace.jobs import Tail
from steep.workspace.project import Project

__all__ = ["ROUTES"]

_MAY = [needs("operate"), sees_all]
_LOG = 65_536  # bytes
_SHOWN = 200  # events
# what each kind does, in the words of its button
WORK: dict[JobKind, str] = {
    "run": "Index, synthesize, tune and measure, one after another; resumes where it was stopped.",
    "index": "Read what is new or changed, and make it findable.",
    "synthesize": "Write pairs of questions and answers from the documents.",
    "tune": "Train an adapter on the pairs, and promote it if it is better.",
    "measure": "Ask all arms the questions, and write a report.",
}
# a report says itself what it may load: nothing
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class StartForm(BaseModel, extra="ignore"):
    kind: JobKind
    recipe: str = Field("", max_length=100)


class StopForm(BaseModel, extra="ignore"):
    kill: bool = False


@get("/runs", sync_to_thread=True, guards=_MAY)
def runs_view(request: Request[Any, Any, Any], state: State) -> Response[str]:
    return _view(request, state)


@post("/runs", status_code=200, sync_to_thread=True, guards=_MAY)
def start(request: Request[Any, Any, Any], state: State, data: URLEncodedBody[StartForm]) -> Response[Any]:
    """Start a job and watch it; where another is at work, the view says so."""
    options = {"recipe": data.recipe} if data.kind == "tune" and data.recipe else {}
    try:
        job = state.jobs.start(data.kind, options, caller_of(request))
    except SteepError as error:
        status, line = told(request, error)
        return _view(request, state, status=status, line=line)
    return Redirect(f"/runs/{job.id}", status_code=303)


@get("/runs/{identity:str}", sync_to_thread=True, guards=_MAY)
def run_view(request: Request[Any, Any, Any], state: State, identity: FromPath[str]) -> Response[str]:
    """A job with its log; the script goes on with its events from the last one shown here."""
    project = project_of(request)
    job = state.jobs.found(identity)
    events = Tail(project.jobs.folder(job.id)).read()
    stages = [each for each in events if each["event"] == "stage"]
    return page(
        request,
        "run.html",
        view="runs",
        job=job,
        seen=events[-1]["id"] if events else 0,
        stages=stages[-_SHOWN:],
        progress=job_json(project, job)["progress"],
        log=project.jobs.log(job.id, most=_LOG),
        now=project.clock(),
        report=_report_of(job.result),
    )


@post("/runs/{identity:str}/stop", status_code=200, sync_to_thread=True, guards=_MAY)
def stop(state: State, identity: FromPath[str], data: URLEncodedBody[StopForm]) -> Redirect:
    job = state.jobs.stop(identity, kill=data.kill)
    return Redirect(f"/runs/{job.id}?done=stopping", status_code=303)


@get("/reports/{identity:str}", sync_to_thread=True, guards=_MAY)
def report(request: Request[Any, Any, Any], identity: FromPath[str]) -> Response[bytes]:
    """A report as it was written: one page that loads nothing, under a policy of its own."""
    project = project_of(request)
    found = next((each for each in _reports(project) if each.id == identity), None)
    if found is None:
        raise NotThere(f"there is no report with the id {identity!r}.")
    content = (project.folder / found.folder / PAGE).read_bytes()
    headers = {"content-security-policy": _REPORT_POLICY, "cache-control": "no-store"}
    return Response(content, media_type=MediaType.HTML, headers=headers)


def _view(request: Request[Any, Any, Any], state: State, *, status: int = 200, line: str = "") -> Response[str]:
    project = project_of(request)
    jobs = state.jobs.newest()
    return page(
        request,
        "runs.html",
        status=status,
        view="runs",
        line=line,
        jobs=jobs,
        active=next((job for job in jobs if job.at_work), None),
        kinds=[(kind, WORK[kind]) for kind in sorted(KINDS, key=list(WORK).index)],
        recipes=list(project.config.tune),
        reports=_reports(project),
    )


def _reports(project: Project) -> tuple[MeasureReport, ...]:
    """The complete reports, newest first; a damaged one is left out."""
    folder = project.state / "reports"
    try:
        return stored_reports(folder)
    except Damaged:
        found = []
        for file in folder.glob("*/report.json"):
            try:
                found.append(load_report(file.parent))
            except Damaged:
                continue
        return tuple(sorted(found, key=lambda each: (each.created, each.id), reverse=True))


def _report_of(result: Any) -> str:
    """The id of the report that a job wrote, "" for one that measured nothing."""
    told = result if isinstance(result, dict) else {}
    report = told.get("report") if isinstance(told.get("report"), dict) else told
    return str(report.get("id", "")) if report and "verdict" in report else ""


ROUTES = [runs_view, start, run_view, stop, report]
