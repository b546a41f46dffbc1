"""The application: the page at /, OpenAI's surface under /v1, the native one beside it, /health, /schema.

Handlers are synchronous and run in threads, as core does.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

import steep
from steep.flows.jobs import Starter
from steep.server import health, signing
from steep.server.admission import Admission, Spent, admitted
from steep.server.callers import LOOPBACK, Callers
from steep.server.edge import Service
from steep.server.faults import with_faults
from steep.server.mcp.mounted import mounted
from steep.server.metrics import ROUTES as METRICS
from steep.server.metrics import Metrics
from steep.server.native.routes import routes
from steep.server.openai.routes import ROUTES as OPENAI
from steep.server.page.faults import FAULTS
from steep.server.page.frame import prepare
from steep.server.page.routes import router as page_router
from steep.server.reading import JsonRequest
from steep.server.reindexing import Reindexing
from steep.server.schemas import Schemas
from steep.server.warmth import Warmth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from litestar import Litestar

    from steep.flows.answer import Answerer
    from steep.workspace.project import Project

__all__ = ["application_of"]

_SPARE = 16  # threads for what no model works on: pages, lists, the records


def application_of(
    project: Project, answerer: Answerer, *, host: str, warming: Callable[[], None] | None = None
) -> Service:
    """The application; where it listens on this machine alone, it answers to this machine's names alone.

    ``warming`` is done once it runs, beside what it answers; until then it is not ready.
    """
    said = project.config.serve
    loopback = host in LOOPBACK
    callers = Callers(project, loopback=loopback)
    admission = Admission(project)
    project.follow(Spent(admission.limits))
    metrics = Metrics(project, admission.gate) if said.metrics else None
    if metrics is not None:
        project.follow(metrics)
    mcp = mounted(project, answerer)
    parts = {"project": project, "answerer": answerer, "callers": callers, "admission": admission}
    warmth = Warmth(warming)
    jobs = Starter(project)
    reindexing = Reindexing(jobs)
    parts |= {"jobs": jobs, "reindexing": reindexing, "metrics": metrics, "warmth": warmth}
    programs = [*with_faults(OPENAI), *routes(project)]

    @asynccontextmanager
    async def while_it_runs(app: Litestar) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_SPARE + project.config.limits.at_once))
        await asyncio.to_thread(prepare)  # before a model is loaded: from then on they would compete
        warmth.begin()
        yield
        await admission.close()
        await asyncio.to_thread(reindexing.end)
        await asyncio.to_thread(warmth.end)
        callers.threads.shutdown(wait=False)

    return Service(
        names=[*LOOPBACK, *said.hosts] if loopback or said.hosts else [],
        sites=said.cors,
        route_handlers=[*programs, *health.ROUTES, page_router(*signing.ROUTES), *mcp.routes, *METRICS],
        lifespan=[while_it_runs, *mcp.lifespan],
        state=State(parts),
        exception_handlers=FAULTS,
        request_class=JsonRequest,
        request_max_body_size=int(project.config.limits.megabytes * 1_000_000),
        middleware=[admitted],
        cors_config=_cors(said.cors) if said.cors else None,
        openapi_config=_described(),
        plugins=[Schemas()],
        logging_config=None,
    )


def _cors(sites: Sequence[str]) -> CORSConfig:
    return CORSConfig(
        allow_origins=list(sites),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        allow_headers=["authorization", "content-type"],
        expose_headers=["retry-after", "x-steep-ignored"],
    )


def _described() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="steep",
        version=steep.__version__,
        path="/schema",
        use_handler_docstrings=True,
        render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
    )
