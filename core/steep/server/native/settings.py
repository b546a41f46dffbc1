"""/api/v1/settings, /status, /models and /reports: how the project stands, to be looked at."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Any

from litestar import MediaType, get
from litestar.datastructures import State
from litestar.params import FromPath

import steep
from steep.errors import Damaged, NotThere
from steep.inventory import inventory
from steep.measuring.report import PAGE, REPORT, MeasureReport, load_report
from steep.server.callers import needs
from steep.server.native.seeing import sees_all
from steep.wire import to_json
from steep.workspace.places import FILE_NAME
from steep.workspace.secrets import without_secrets

__all__ = ["ROUTES"]

_MAY = [needs("operate"), sees_all]


@get("/settings", sync_to_thread=True, guards=[needs("operate")])
def settings(state: State) -> dict[str, Any]:
    """steep.toml with every default, as the server read it when it started; secrets are left out."""
    return {"file": FILE_NAME, "settings": without_secrets(state.project.config.model_dump(mode="json"))}


@get("/status", sync_to_thread=True, guards=[needs("operate")])
def status(state: State) -> dict[str, Any]:
    """What answers now, and what waits: profiles with what they lack, the job at work, answers to be reviewed.

    `ruled_out` are the profiles that do not exist with the generator they have, each with the reason.
    """
    project, answerer = state.project, state.answerer
    ruled_out = {name: reason for name in answerer.profiles if (reason := answerer.rules_out(name))}
    state.jobs.settle()
    active = project.jobs.active()
    return {
        "version": steep.__version__,
        "project": project.config.project.name,
        "generation": to_json(project.generations.current()),
        "profiles": {name: answerer.lacks(name) for name in answerer.profiles if name not in ruled_out},
        "ruled_out": ruled_out,
        "job": active and {"id": active.id, "kind": active.kind, "state": active.state},
        "reviews_waiting": len(project.reviews.of_state("waiting")),
        "datasets": len(project.datasets.versions()),
        "adapters": len(project.adapters.versions()),
    }


@get("/models", sync_to_thread=True, guards=[needs("operate")])
def models(state: State) -> dict[str, Any]:
    """The models of [model.NAME]: what they are made of, and what is missing where one cannot run here."""
    return {"models": to_json(inventory(state.project))}


@get("/reports", sync_to_thread=True, guards=_MAY)
def reports(state: State) -> dict[str, Any]:
    """The reports of measurings, newest first, each with its verdict."""
    found = sorted(_reports(state), key=lambda each: (each.created, each.id), reverse=True)
    return {"reports": [{"id": each.id, "created": each.created, "verdict": to_json(each.verdict)} for each in found]}


@get("/reports/{identity:str}", sync_to_thread=True, guards=_MAY)
def report(state: State, identity: FromPath[str]) -> dict[str, Any]:
    """A report, as `steep measure --json` prints it."""
    return _report(state, identity).to_json()


@get("/reports/{identity:str}/page", sync_to_thread=True, media_type=MediaType.HTML, guards=_MAY)
def report_page(state: State, identity: FromPath[str]) -> str:
    """A report as the page that lies beside it."""
    file = state.project.state / "reports" / _report(state, identity).id / PAGE
    if not file.is_file():
        raise NotThere(f"the report {identity} has no page any more; run `steep measure` again.")
    text: str = file.read_text("utf-8")
    return text


def _report(state: State, identity: str) -> MeasureReport:
    found = next((each for each in _reports(state) if each.id == identity), None)
    if found is None:
        raise NotThere(f"there is no report {identity!r}; `/api/v1/reports` lists them.")
    return found


def _reports(state: State) -> list[MeasureReport]:
    """Those that are whole: one that was damaged does not hide the others."""
    folder = state.project.state / "reports"
    found = []
    for file in folder.glob(f"*/{REPORT}"):
        try:
            found.append(load_report(file.parent))
        except Damaged:
            continue
    return found


ROUTES = [settings, status, models, reports, report, report_page]
