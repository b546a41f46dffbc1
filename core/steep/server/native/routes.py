"""All that stands below /api/v1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Router

from steep.server.faults import with_faults
from steep.server.native import (
    adapters,
    answers,
    asking,
    conversations,
    documents,
    jobs,
    pairs,
    reviews,
    rollouts,
    settings,
)

if TYPE_CHECKING:
    from steep.workspace.project import Project

__all__ = ["routes"]


def routes(project: Project) -> list[Any]:
    """The native surface: /answer and /search as they were, and everything under its version."""
    parts = (answers, conversations, jobs, pairs, reviews, settings, adapters, rollouts)
    further = [*documents.routes(project), *(each for part in parts for each in part.ROUTES)]
    handlers = [*asking.ROUTES, *asking.NEW, *further]
    return [*asking.ROUTES, Router(path="/api/v1", route_handlers=with_faults(handlers))]
