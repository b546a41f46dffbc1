"""The trackers that come with steep. Importing this loads nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import ConfigError, MissingDependency
from steep.measuring.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Tracker


class AuditOptions(BaseModel, extra="forbid", frozen=True):
    file: str = Field(".steep/audit.jsonl", min_length=1, description="where the log is, beside steep.toml")
    words: bool = Field(True, description="log what was asked and answered; false: ids, versions and decisions alone")
    keep_days: float | None = Field(None, gt=0, description="drop older lines; by default all are kept")


class DriftOptions(Windows):
    url: str = Field(
        "", pattern="^(https?://.+)?$", description="told by a POST of JSON when something changed; by default nobody"
    )
    every: int = Field(100, ge=1, description="look after so many answers")
    quiet_hours: float = Field(24, ge=0, description="so long nobody is told again")


class SpanOptions(BaseModel, extra="forbid", frozen=True):
    url: str = Field(
        "",
        pattern="^(https?://.+)?$",
        description="where traces go, by OTLP over HTTP; by default where OTEL_EXPORTER_OTLP_ENDPOINT says",
    )
    service: str = Field("", description="the name of the service in them; by default that of the project's folder")
    words: bool = Field(False, description="put questions, answers and the ids of what was found in them")
    callers: bool = Field(False, description="say who asked")


def build_spans(options: SpanOptions, context: Context) -> Tracker:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        from steep_plugins.trackers.spans import Spans
    except ImportError:
        raise MissingDependency(
            library="opentelemetry-sdk", wanted_by="the tracker `opentelemetry`", extra="otel"
        ) from None
    exporter = OTLPSpanExporter(endpoint=options.url or None)
    service = options.service or (context.project.name if context.project else "") or "steep"
    return Spans(options, BatchSpanProcessor(exporter), service=service)


def build_drift(options: DriftOptions, context: Context) -> Tracker:
    from steep_plugins.trackers.drift import Drift

    if context.answers is None or context.embedder is None:
        raise ConfigError("the tracker `drift` looks at the answers that a project keeps, and there is no project.")
    return Drift(options, answers=context.answers, embedder=context.embedder, seed=context.seed)


def build_audit(options: AuditOptions, context: Context) -> Tracker:
    from steep_plugins.trackers.audit import Audit

    return Audit((context.project or Path()) / options.file, words=options.words, keep_days=options.keep_days)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="tracker",
        name="drift",
        summary="Tells, with figures alone, when questions, what is found for them, or abstentions change",
        config=DriftOptions,
        build=build_drift,
    )
    yield offer(
        kind="tracker",
        name="audit",
        summary="Logs answers, feedback and moves of adapters, a line of JSON each, for the owner's eyes alone",
        config=AuditOptions,
        build=build_audit,
    )
    yield offer(
        kind="tracker",
        name="opentelemetry",
        summary="Sends a trace of each answer to OpenTelemetry, in its GenAI names; needs steep[otel]",
        config=SpanOptions,
        build=build_spans,
    )
