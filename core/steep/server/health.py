"""/health and /ready: whether the server lives, and whether questions can be answered, and from what.

Both are asked while everything else waits, so no work with a model keeps them from answering.
"""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from litestar import Response, get
from litestar.datastructures import State

import steep
from steep.errors import SteepError
from steep.values import Generation
from steep.workspace.project import Project

__all__ = ["ROUTES"]

_PATIENCE = 2.0  # seconds that the records have to answer in


@get("/health")
async def health(state: State) -> Response[dict[str, Any]]:
    """Whether questions can be answered, and from what; 503 where they cannot.

    `outdated` says how the index was made otherwise than it would be now, once that was looked at: it still answers.
    """
    return await _told(state)


@get("/ready")
async def ready(state: State) -> Response[dict[str, Any]]:
    """The same, and 503 too while what answers is loaded, or as many requests wait as may: send them elsewhere."""
    told = await _told(state)
    wait = state.warmth.state or ("busy" if state.admission.gate.is_full else "")
    return Response({**told.content, "status": wait}, status_code=503) if wait and told.status_code == 200 else told


async def _told(state: State) -> Response[dict[str, Any]]:
    project: Project = state.project
    current, status = None, "not indexed"
    try:
        current = await asyncio.wait_for(_current(project, state.callers.threads), _PATIENCE)
    except (SteepError, TimeoutError):
        status = "the records do not answer"
    body = {
        "status": "ok" if current else status,
        "project": project.config.project.name,
        "version": steep.__version__,
        "generation": current.number if current else None,
        "documents": current.documents if current else 0,
        "passages": current.passages if current else 0,
        "outdated": state.answerer.outdated(generation=current.number) if current else "",
    }
    return Response(body, status_code=200 if current else 503)


async def _current(project: Project, threads: ThreadPoolExecutor) -> Generation | None:
    """From a file it is read at once, in less time than a thread takes; a database elsewhere may be slow to answer."""
    if not project.config.project.records:
        return project.generations.current()
    return await asyncio.get_running_loop().run_in_executor(threads, project.generations.current)


ROUTES = [health, ready]
