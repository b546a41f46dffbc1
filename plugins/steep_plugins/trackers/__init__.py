"""The trackers that come with steep. Importing this loads nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Tracker


class AuditOptions(BaseModel, extra="forbid", frozen=True):
    file: str = Field(".steep/audit.jsonl", min_length=1, description="where the log is, beside steep.toml")
    words: bool = Field(True, description="log what was asked and answered; false: ids, versions and decisions alone")


def build_audit(options: AuditOptions, context: Context) -> Tracker:
    from steep_plugins.trackers.audit import Audit

    return Audit((context.project or Path()) / options.file, words=options.words)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="tracker",
        name="audit",
        summary="Logs answers, feedback and moves of adapters, a line of JSON each, for the owner's eyes alone",
        config=AuditOptions,
        build=build_audit,
    )
