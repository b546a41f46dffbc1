"""Health: whether questions can be answered now, by which profiles, and on request every check of the doctor."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State

import steep
from steep.diagnosis import Check, diagnose
from steep.server.callers import needs
from steep.server.page.frame import page, project_of

__all__ = ["ROUTES"]


@get("/status", sync_to_thread=True, guards=[needs("operate")])
def status_view(request: Request[Any, Any, Any], state: State) -> Response[str]:
    return _view(request, state)


@post("/status", status_code=200, sync_to_thread=True, guards=[needs("operate")])
def check_all(request: Request[Any, Any, Any], state: State) -> Response[str]:
    """Look at everything that `steep doctor` looks at; it takes some seconds."""
    return _view(request, state, checks=diagnose(project_of(request).folder))


def _view(request: Request[Any, Any, Any], state: State, checks: list[Check] | None = None) -> Response[str]:
    project = project_of(request)
    answerer = state.answerer
    ruled_out = {name: reason for name in answerer.profiles if (reason := answerer.rules_out(name))}
    return page(
        request,
        "status.html",
        view="status",
        version=steep.__version__,
        current=project.generations.current(),
        outdated=answerer.outdated(),
        profiles=[(name, answerer.lacks(name)) for name in answerer.profiles if name not in ruled_out],
        ruled_out=ruled_out,
        checks=checks,
    )


ROUTES = [status_view, check_all]
