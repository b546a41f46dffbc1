"""drift: the latest answers of a project against those before: what is asked, found, and left unanswered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.errors import ConfigError
from steep.kinds import EmbedRequest
from steep.measuring.drift import drift as compared
from steep.measuring.windows import Windows
from steep.validation import validated

if TYPE_CHECKING:
    from steep.measuring.drift import DriftReport
    from steep.workspace.project import Project

__all__ = ["drift", "windows"]


def drift(project: Project, look: Windows | None = None) -> DriftReport:
    """Compare the latest answers that are kept with those before them, by default as steep.toml says."""
    look = look or windows(project)
    embedder = project.embedder()
    return compared(
        project.latest_answers(look.recent + look.baseline),
        lambda texts: embedder.embed(EmbedRequest(texts=tuple(texts), role="query")),
        recent=look.recent,
        alpha=look.alpha,
        limit=look.limit,
        seed=project.config.project.seed,
    )


def windows(project: Project, **told: float | None) -> Windows:
    """What the tracker `drift` looks at in this project, but for what is ``told`` otherwise; raises ConfigError."""
    trackers = [each.options for each in project.config.tracker if each.use.rpartition(":")[2] == "drift"]
    set_here = {name: value for each in trackers[:1] for name, value in each.items() if name in Windows.model_fields}
    told_here = {name: value for name, value in told.items() if value is not None}
    return validated(Windows, {**set_here, **told_here}, where="[[tracker]] drift", error=ConfigError)
