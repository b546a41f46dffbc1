"""The tracker `opentelemetry`: a trace for each answer, in the GenAI names of OpenTelemetry's semantic conventions.

The root says that a workflow was invoked, its children what the answer went through: retrieval, model, tools, guards.
Spans are made when the answer is there, from the events that were seen on the way, with the times that those had. What
was asked, found and answered is in them only where steep.toml asks for it.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

import steep
from steep.values import Answered, StageEnded, ToolCalled

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span

    from steep.values import Answer, Event
    from steep_plugins.trackers import SpanOptions

_MOST = 1_000  # answers on their way; those before them came to nothing
_NANO = 1_000_000_000


@dataclass(slots=True)
class _Step:
    """A stage or a call that has ended, and when, in nanoseconds since the epoch."""

    event: StageEnded | ToolCalled
    end: int

    @property
    def begin(self) -> int:
        return self.end - int(self.event.seconds * _NANO)


@dataclass(slots=True)
class Spans:
    """Makes spans and hands them to ``processor``. ``clock`` gives nanoseconds since the epoch."""

    options: SpanOptions
    processor: SpanProcessor
    service: str = "steep"
    clock: Callable[[], int] = time.time_ns
    _steps: dict[str, list[_Step]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _provider: TracerProvider = field(init=False)

    def __post_init__(self) -> None:
        told = {"service.name": self.service, "service.version": steep.__version__}
        self._provider = TracerProvider(resource=Resource.create(told))
        self._provider.add_span_processor(self.processor)

    def saw(self, event: Event) -> None:
        now = self.clock()
        if isinstance(event, StageEnded | ToolCalled) and event.answer:
            self._note(event.answer, _Step(event, now))
            if isinstance(event, StageEnded) and not event.ok:
                self._failed(self._taken(event.answer), now)
        elif isinstance(event, Answered):
            self._answered(event, self._taken(event.answer.id), now)

    def close(self) -> None:
        """Send what is still to be sent."""
        self._provider.shutdown()

    def _note(self, answer: str, step: _Step) -> None:
        with self._lock:
            self._steps.setdefault(answer, []).append(step)
            while len(self._steps) > _MOST:
                del self._steps[next(iter(self._steps))]

    def _taken(self, answer: str) -> list[_Step]:
        with self._lock:
            return self._steps.pop(answer, [])

    def _answered(self, event: Answered, steps: list[_Step], now: int) -> None:
        answer = event.answer
        told = _of_answer(answer) | {"gen_ai.usage.input_tokens": answer.prompt_tokens}
        told |= {"gen_ai.usage.output_tokens": answer.tokens}
        if self.options.callers:
            told["user.id"] = event.caller.name
        root = self._root(answer.profile, steps, now, told | (_words(answer) if self.options.words else {}))
        self._children(root, steps, event)
        root.end(now)

    def _failed(self, steps: list[_Step], now: int) -> None:
        """The trace of an answer that was never given; ``steps`` ends with the stage that failed."""
        last = steps[-1].event
        assert isinstance(last, StageEnded)
        profile = str(last.details.get("profile", ""))
        root = self._root(profile, steps, now, {"error.type": _kind(last.error)})
        root.set_status(Status(StatusCode.ERROR))
        self._children(root, steps, None)
        root.end(now)

    def _root(self, profile: str, steps: list[_Step], now: int, told: dict[str, Any]) -> Span:
        named = {"gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": f"{self.service}/{profile}"}
        begin = min((step.begin for step in steps), default=now)
        tracer = self._provider.get_tracer("steep", steep.__version__)
        return tracer.start_span(f"invoke_workflow {self.service}/{profile}", start_time=begin, attributes=named | told)

    def _children(self, root: Span, steps: list[_Step], event: Answered | None) -> None:
        """A span a step; calls of tools belong to the stage that they were made in."""
        tracer = self._provider.get_tracer("steep", steep.__version__)
        stages = [step for step in steps if isinstance(step.event, StageEnded)]
        parents: list[tuple[_Step, Span]] = []
        for step in [*stages, *(each for each in steps if each not in stages)]:
            above = next((span for stage, span in parents if stage.begin <= step.begin and step.end <= stage.end), root)
            above = above if isinstance(step.event, ToolCalled) else root
            name, kind, told = self._told(step.event, event)
            span = tracer.start_span(
                name, context=set_span_in_context(above), kind=kind, start_time=step.begin, attributes=told
            )
            if isinstance(step.event, StageEnded):
                parents.append((step, span))
                if not step.event.ok:
                    span.set_attribute("error.type", _kind(step.event.error))
                    span.set_status(Status(StatusCode.ERROR))
            span.end(step.end)

    def _told(self, step: StageEnded | ToolCalled, event: Answered | None) -> tuple[str, SpanKind, dict[str, Any]]:
        """A step's name, kind and attributes."""
        if isinstance(step, ToolCalled):
            told = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": step.tool}
            return f"execute_tool {step.tool}", SpanKind.INTERNAL, told | {"steep.outcome": step.outcome}
        if step.name == "retrieve":
            return f"retrieval {self.service}", SpanKind.CLIENT, self._of_retrieval(event)
        if step.name == "generate":
            profile = f"{self.service}/{step.details.get('profile', '')}"
            return f"chat {profile}", SpanKind.CLIENT, _of_generation(event, profile)
        return step.name, SpanKind.INTERNAL, _of_guards(step.name.removeprefix("guards-"), event)

    def _of_retrieval(self, event: Answered | None) -> dict[str, Any]:
        told: dict[str, Any] = {"gen_ai.operation.name": "retrieval", "gen_ai.data_source.id": self.service}
        if event is None:
            return told
        answer = event.answer
        told["steep.hits"] = len(answer.hits)
        if answer.versions.generation is not None:
            told["steep.generation"] = answer.versions.generation
        if self.options.words:
            found = [{"id": hit.passage.id, "score": hit.score} for hit in answer.hits]
            told |= {
                "gen_ai.retrieval.query.text": answer.standalone or answer.question,
                "gen_ai.retrieval.documents": json.dumps(found),
            }
        return told


def _of_answer(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = {
        "gen_ai.provider.name": "steep",
        "gen_ai.response.id": answer.id,
        "gen_ai.output.type": "text",
        "steep.arm": answer.arm,
        "steep.abstained": answer.abstained,
        "steep.escalated": answer.escalated,
        "steep.citations": len(answer.citations),
    }
    if answer.confidence is not None:
        told["steep.confidence"] = answer.confidence
    return told


def _of_generation(event: Answered | None, profile: str) -> dict[str, Any]:
    """A profile is what a client sees as a model; the weights that answered are the response's."""
    told: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "steep",
        "gen_ai.request.model": profile,
    }
    if event is None:
        return told
    answer, versions = event.answer, event.answer.versions
    told |= {"gen_ai.usage.input_tokens": answer.prompt_tokens, "gen_ai.usage.output_tokens": answer.tokens}
    if versions.model:
        told["gen_ai.response.model"] = versions.model
    if versions.adapter:
        told["steep.adapter"] = versions.adapter
    return told


def _of_guards(stage: str, event: Answered | None) -> dict[str, Any]:
    verdicts = event.answer.verdicts if event else ()
    decided = [f"{each.guardrail}: {each.action}" for each in verdicts if each.stage == stage]
    return {"steep.verdicts": decided} if decided else {}


def _words(answer: Answer) -> dict[str, Any]:
    said = answer.refusal if answer.abstained else answer.text
    asked = [{"role": "user", "parts": [{"type": "text", "content": answer.question}]}]
    told = [{"role": "assistant", "parts": [{"type": "text", "content": said}], "finish_reason": "stop"}]
    return {"gen_ai.input.messages": json.dumps(asked), "gen_ai.output.messages": json.dumps(told)}


def _kind(error: str) -> str:
    """The class of an error; what it says may be anybody's words."""
    return error.partition("(")[0] or "error"
