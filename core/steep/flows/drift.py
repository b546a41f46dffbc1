"""drift: the latest answers of a project against those before: what is asked, found, and left unanswered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import EmbedRequest
from steep.measuring.drift import drift as compared

if TYPE_CHECKING:
    from steep.measuring.drift import DriftReport
    from steep.workspace.project import Project

__all__ = ["drift"]


def drift(
    project: Project, *, recent: int = 200, baseline: int = 800, alpha: float = 0.01, limit: float = 0.02
) -> DriftReport:
    """Compare the last ``recent`` answers that are kept with the ``baseline`` before them."""
    answers = project.latest_answers(recent + baseline)
    embedder = project.embedder()
    return compared(
        answers,
        lambda texts: embedder.embed(EmbedRequest(texts=tuple(texts), role="query")),
        recent=recent,
        alpha=alpha,
        limit=limit,
        seed=project.config.project.seed,
    )
