"""Trackers see what happens, in order, and never stop it."""

from __future__ import annotations

import logging

import pytest

from steep.stages import stage
from steep.values import StageEnded, StageStarted
from steep.workspace.project import Project

NOTER = """
from pathlib import Path

from steep import hookimpl, offer


class Noter:
    def __init__(self, folder):
        self.file = folder / "seen.txt"

    def saw(self, event):
        with self.file.open("a") as file:
            file.write(f"{type(event).__name__} {event.name}\\n")


@hookimpl
def steep_offers():
    yield offer(kind="tracker", name="noter", summary="Notes", build=lambda options, context: Noter(context.project))
"""


class Listed(list):
    saw = list.append


class Broken:
    def saw(self, event):
        raise ZeroDivisionError


def test_a_tracker_of_steep_toml_sees_stages_begin_and_end(tmp_path):
    (tmp_path / "noter.py").write_text(NOTER, "utf-8")
    (tmp_path / "steep.toml").write_text('[plugins]\nfiles = ["noter.py"]\n[[tracker]]\nuse = "noter:noter"\n', "utf-8")
    with Project.open(tmp_path) as project, stage(project.emit, "index", "read"):
        assert (tmp_path / "seen.txt").read_text() == "StageStarted read\n"
    assert (tmp_path / "seen.txt").read_text() == "StageStarted read\nStageEnded read\n"


def test_a_stage_that_fails_is_seen_to_end_badly_with_what_it_had_counted():
    seen = Listed()

    def fails():
        with stage(seen.saw, "index", "read", files=3) as outcome:
            outcome["read"] = 2
            raise ValueError("torn")

    with pytest.raises(ValueError, match="torn"):
        fails()
    begun, ended = seen
    assert begun == StageStarted(flow="index", name="read", details={"files": 3})
    assert isinstance(ended, StageEnded)
    assert (ended.ok, ended.error, ended.details) == (False, "ValueError('torn')", {"files": 3, "read": 2})


def test_a_tracker_that_raises_is_logged_and_the_others_go_on_seeing(tmp_path, caplog):
    (tmp_path / "steep.toml").write_text("", "utf-8")
    seen = Listed()
    with Project.open(tmp_path) as project:
        project.follow(Broken())
        project.follow(seen)
        with caplog.at_level(logging.WARNING, logger="steep"), stage(project.emit, "index", "read"):
            pass
    assert [type(each) for each in seen] == [StageStarted, StageEnded]
    assert "the tracker Broken failed: ZeroDivisionError()" in caplog.text


def test_an_answer_is_a_whole_trace(make_project):
    """In OpenTelemetry's names, by the tracker that comes with steep."""
    pytest.importorskip("opentelemetry.sdk", reason="the extra `otel` is not installed: pip install 'steep[otel]'")
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from steep.flows.answer import Answerer, AnswerRequest
    from steep.values import OPERATOR
    from steep_plugins.trackers import SpanOptions
    from steep_plugins.trackers.spans import Spans

    exporter = InMemorySpanExporter()
    project = make_project()
    project.follow(Spans(SpanOptions(), SimpleSpanProcessor(exporter), service="harbor"))
    answer = Answerer(project).answer(AnswerRequest(question="What does a day ticket cost?", caller=OPERATOR))
    spans = {span.name: span for span in exporter.get_finished_spans()}
    assert spans.keys() >= {"invoke_workflow harbor/rag", "retrieval harbor", "chat harbor/rag", "guards-output"}
    root = spans["invoke_workflow harbor/rag"]
    assert root.attributes["gen_ai.response.id"] == answer.id
    assert {span.context.trace_id for span in spans.values()} == {root.context.trace_id}
