"""All that stands below /api/v1."""

from __future__ import annotations

from typing import Any

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

__all__ = ["routes"]


def routes() -> list[Any]:
    """The native surface: /answer and /search as they were, and everything under its version."""
    parts = (answers, conversations, documents, jobs, pairs, reviews, settings, adapters, rollouts)
    handlers = [*asking.ROUTES, *asking.NEW, *(each for part in parts for each in part.ROUTES)]
    return [*asking.ROUTES, Router(path="/api/v1", route_handlers=with_faults(handlers))]
