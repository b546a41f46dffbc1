"""The tracker `opentelemetry`: what its spans are called, how they hang together, and what is not in them."""

import json
import sys

import pytest

pytest.importorskip("opentelemetry.sdk", reason="the extra `otel` is not installed: pip install 'steep[otel]'")

from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from steep.errors import MissingDependency
from steep.hooks import Context
from steep.testing import TrackerContract
from steep.values import OPERATOR, Answer, Answered, Hit, Passage, StageEnded, ToolCalled, Verdict, Versions
from steep_plugins.trackers import SpanOptions, build_spans
from steep_plugins.trackers.spans import Spans

QUESTION, TEXT, CALLER = "What is the code?", "It is 4711.", "operator"
PASSAGE = Passage(document="d", version="v", path="p.md", title="T", start=0, end=10, text="Code 4711.")
ANSWER = Answer(
    id="01A",
    caller=CALLER,
    question=QUESTION,
    text=TEXT,
    citations=(),
    confidence=0.5,
    abstained=False,
    verdicts=(Verdict(guardrail="markup", stage="output", action="rewrite", reason="it said 4711"),),
    hits=(Hit(passage=PASSAGE, score=0.7, rank=1),),
    versions=Versions(generation=3, model="digest", adapter="adapter"),
    prompt_tokens=11,
    tokens=7,
)
GIVEN = Answered(answer=ANSWER, caller=OPERATOR, at=5.0)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self):
        self.now = 100 * 10**9

    def __call__(self):
        self.now += 10**9
        return self.now


def ended(name, seconds=0.5, **told):
    return StageEnded(flow="answer", name=name, seconds=seconds, answer="01A", **{"ok": True, **told})


STEPS = (
    ended("guards-input"),
    ended("retrieve"),
    ToolCalled(answer="01A", caller=CALLER, tool="search", outcome="answered", seconds=0.1),
    ended("generate", 1.5, details={"profile": "rag"}),
    ended("guards-output"),
    GIVEN,
)


def spans_of(events, **options):
    exporter = InMemorySpanExporter()
    tracker = Spans(SpanOptions(**options), SimpleSpanProcessor(exporter), service="harbor", clock=Clock())
    for event in events:
        tracker.saw(event)
    return {span.name: span for span in exporter.get_finished_spans()}


def test_a_trace_names_what_an_answer_went_through_as_the_conventions_do():
    spans = spans_of(STEPS)
    assert list(spans) == [
        "guards-input",
        "retrieval harbor",
        "chat harbor/rag",
        "guards-output",
        "execute_tool search",
        "invoke_workflow harbor/rag",
    ]
    operations = {name.partition(" ")[0]: span.attributes.get("gen_ai.operation.name") for name, span in spans.items()}
    assert operations["retrieval"] == "retrieval"
    assert operations["chat"] == "chat"
    assert operations["execute_tool"] == "execute_tool"
    assert operations["invoke_workflow"] == "invoke_workflow"


def test_spans_hang_together_and_have_the_times_of_their_stages():
    spans = spans_of(STEPS)
    root, chat = spans["invoke_workflow harbor/rag"], spans["chat harbor/rag"]
    assert root.parent is None
    assert spans["execute_tool search"].parent.span_id == chat.context.span_id
    for name in ("guards-input", "retrieval harbor", "chat harbor/rag", "guards-output"):
        assert spans[name].parent.span_id == root.context.span_id
    assert chat.end_time - chat.start_time == 1_500_000_000
    assert root.start_time == spans["guards-input"].start_time
    assert root.end_time >= max(span.end_time for span in spans.values())


def test_the_model_and_its_tokens_are_told():
    told = spans_of(STEPS)["chat harbor/rag"].attributes
    assert told["gen_ai.request.model"] == "harbor/rag"
    assert (told["gen_ai.response.model"], told["steep.adapter"]) == ("digest", "adapter")
    assert (told["gen_ai.usage.input_tokens"], told["gen_ai.usage.output_tokens"]) == (11, 7)


def test_what_guards_decided_stands_with_their_stage():
    spans = spans_of(STEPS)
    assert spans["guards-output"].attributes["steep.verdicts"] == ("markup: rewrite",)
    assert "steep.verdicts" not in spans["guards-input"].attributes


def test_nothing_that_was_said_and_nobody_who_said_it_is_in_it_unless_asked_for():
    failed = ended("generate", ok=False, error=f"ValueError('{TEXT}')", details={"profile": "rag"})
    for events in (STEPS, (ended("retrieve"), failed)):
        told = "".join(span.to_json() for span in spans_of(events).values())
        assert "4711" not in told
        assert "code" not in told.replace("status_code", "")
        assert CALLER not in told


def test_words_and_callers_are_in_it_where_they_are_asked_for():
    spans = spans_of(STEPS, words=True, callers=True)
    root, found = spans["invoke_workflow harbor/rag"].attributes, spans["retrieval harbor"].attributes
    (asked,), (said,) = (json.loads(root[f"gen_ai.{name}.messages"]) for name in ("input", "output"))
    assert (asked["role"], asked["parts"][0]["content"]) == ("user", QUESTION)
    assert (said["parts"][0]["content"], said["finish_reason"]) == (TEXT, "stop")
    assert root["user.id"] == CALLER
    assert found["gen_ai.retrieval.query.text"] == QUESTION
    assert json.loads(found["gen_ai.retrieval.documents"]) == [{"id": PASSAGE.id, "score": 0.7}]


def test_an_answer_that_fails_is_a_trace_that_failed():
    failed = ended("generate", ok=False, error="ModelError('away')", details={"profile": "rag"})
    spans = spans_of((ended("retrieve"), failed))
    assert spans["invoke_workflow harbor/rag"].status.status_code is StatusCode.ERROR
    assert spans["chat harbor/rag"].attributes["error.type"] == "ModelError"
    assert spans["retrieval harbor"].status.status_code is StatusCode.UNSET


def test_answers_that_come_to_nothing_are_forgotten():
    tracker = Spans(SpanOptions(), SimpleSpanProcessor(InMemorySpanExporter()))
    for number in range(1_200):
        tracker.saw(StageEnded(flow="answer", name="retrieve", ok=True, seconds=0.1, answer=str(number)))
    assert len(tracker._steps) == 1_000


def test_the_extra_is_named_where_the_library_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)
    with pytest.raises(MissingDependency, match=r"steep\[otel\]"):
        build_spans(SpanOptions(), Context())


class TestContract(TrackerContract):
    @pytest.fixture
    def tracker(self):
        return Spans(SpanOptions(), SimpleSpanProcessor(InMemorySpanExporter()))
