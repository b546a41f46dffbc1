"""/metrics for Prometheus, where steep.toml switches it on: how long stages take, what guards refuse, tokens, queue.

No words of anybody are in it, and no names of callers.
"""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import asyncio
from typing import Any

from litestar import Response, get
from litestar.datastructures import State
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from steep.errors import NotThere
from steep.server.callers import needs
from steep.server.gate import Gate
from steep.values import Answered, Event, StageEnded, ToolCalled
from steep.workspace.project import Project

__all__ = ["ROUTES", "Metrics"]

_MEDIA_TYPE = CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")  # which the framework adds
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Metrics:
    """A tracker that counts for Prometheus. What stands in the queue is looked up when it is asked for."""

    def __init__(self, project: Project, gate: Gate) -> None:
        self._project = project
        self.registry = CollectorRegistry()
        made: dict[str, Any] = {"registry": self.registry}
        self._stages = Histogram(
            "steep_stage_seconds", "How long a stage took.", ("flow", "stage", "ok"), buckets=_SECONDS, **made
        )
        self._answers = Counter("steep_answers", "Questions, by what became of them.", ("profile", "outcome"), **made)
        self._verdicts = Counter(
            "steep_guard_verdicts", "What guardrails decided.", ("guardrail", "stage", "action"), **made
        )
        self._tokens = Counter("steep_tokens", "Tokens that models read and wrote.", ("profile", "direction"), **made)
        self._tools = Counter("steep_tool_calls", "Tools that were called.", ("tool", "outcome"), **made)
        self._adapters = Gauge(
            "steep_adapter_info", "Which adapter version an alias points to.", ("alias", "version"), **made
        )
        self._generation = Gauge("steep_generation", "The current generation of the index.", **made)
        Gauge("steep_requests_inside", "Requests that are worked on.", **made).set_function(lambda: gate.inside)
        Gauge("steep_requests_waiting", "Requests that wait for their turn.", **made).set_function(lambda: gate.waiting)

    def saw(self, event: Event) -> None:
        if isinstance(event, StageEnded):
            self._stages.labels(event.flow, event.name, str(event.ok).lower()).observe(event.seconds)
        elif isinstance(event, Answered):
            self._answered(event)
        elif isinstance(event, ToolCalled):
            self._tools.labels(event.tool, event.outcome).inc()

    def shown(self) -> bytes:
        """All of it in Prometheus' words."""
        self._adapters.clear()
        for alias, version in self._project.adapters.aliases().items():
            self._adapters.labels(alias, version).set(1)
        current = self._project.generations.current()
        self._generation.set(current.number if current else 0)
        return generate_latest(self.registry)

    def _answered(self, event: Answered) -> None:
        answer = event.answer
        outcome = "escalated" if answer.escalated else "abstained" if answer.abstained else "answered"
        self._answers.labels(answer.profile, outcome).inc()
        for verdict in answer.verdicts:
            self._verdicts.labels(verdict.guardrail, verdict.stage, verdict.action).inc()
        self._tokens.labels(answer.profile, "read").inc(answer.prompt_tokens)
        self._tokens.labels(answer.profile, "written").inc(answer.tokens)


@get("/metrics", guards=[needs("operate")], include_in_schema=False)
async def metrics(state: State) -> Response[bytes]:
    """What Prometheus reads; raises NotThere where steep.toml does not switch it on."""
    if state.metrics is None:
        raise NotThere(
            "nothing is counted for Prometheus: write `metrics = true` below [serve] in steep.toml, and start anew."
        )
    told = await asyncio.get_running_loop().run_in_executor(state.callers.threads, state.metrics.shown)
    return Response(told, media_type=_MEDIA_TYPE)


ROUTES = [metrics]
