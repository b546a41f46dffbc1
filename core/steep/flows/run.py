"""run: index ▶ synthesize ▶ tune ▶ measure, journaled: killed at any point, it resumes where it was.

A run is known by what it depends on: the configuration, the files, and the questions. A step that the journal has
as done for the same fingerprint is not repeated; inside a step, the flow itself resumes.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from steep.flows.answer import Answerer, AnswerRequest
from steep.flows.check import check
from steep.flows.index import index
from steep.flows.measure import measure
from steep.flows.questions import load_questions
from steep.flows.synthesize import synthesize
from steep.flows.tune import tune
from steep.indexing.sources import scan
from steep.indexing.unchanged import digest_of
from steep.measuring.heldout import write_held_out_questions
from steep.values import OPERATOR, content_id
from steep.wire import answer_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from steep.kinds import Progress
    from steep.measuring.report import MeasureReport
    from steep.values import Answer
    from steep.workspace.project import Project

SHOWN = 3  # answered questions at the end of a run
TRIED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """``steps`` holds each step's summary; ``resumed`` names those that an earlier try had finished.

    ``synthetic`` is True when the project names no question file, so that held-out pairs had to stand in for one.
    """

    run: str
    steps: Mapping[str, Mapping[str, Any]]
    resumed: tuple[str, ...]
    seconds: Mapping[str, float]
    synthetic: bool
    report: MeasureReport
    answers: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)

    def to_json(self) -> dict[str, Any]:
        return {**to_json(self), "report": self.report.to_json()}


def run(project: Project, *, progress: Callable[[Progress], None], fresh: bool = False) -> RunSummary:
    """The main job. ``fresh`` begins a new run also where an unfinished one could be resumed."""
    check(project)
    fingerprint = fingerprint_of(project)
    if fresh:
        fingerprint = content_id(fingerprint, repr(project.clock()))
    journal = project.runs.begin(
        fingerprint, details={"documents": project.config.project.documents}, now=project.clock()
    )
    steps: dict[str, Mapping[str, Any]] = dict(journal.steps)
    seconds: dict[str, float] = {}
    flows: dict[str, Callable[[], Any]] = {
        "index": lambda: index(project, progress=progress),
        "synthesize": lambda: synthesize(project, progress=progress),
        "tune": lambda: tune(project, progress=progress),
    }
    for name, flow in flows.items():
        if name in journal.steps:
            continue
        begun = time.monotonic()
        steps[name] = to_json(flow())
        seconds[name] = time.monotonic() - begun
        project.runs.finish_step(journal.id, name, result=steps[name], seconds=seconds[name])
    begun = time.monotonic()
    configured = project.config.measure.questions
    questions = project.folder / configured if configured else write_held_out_questions(project)
    report = measure(project, progress=progress, questions=questions)
    _promote_what_won(project, report)
    seconds["measure"] = time.monotonic() - begun
    answers = _answers(project, report, questions)
    project.runs.finish(journal.id)
    return RunSummary(
        run=journal.id,
        steps=steps,
        resumed=tuple(journal.steps),
        seconds=seconds,
        synthetic=configured is None,
        report=report,
        answers=tuple(answer_json(answer) for answer in answers),
    )


def _promote_what_won(project: Project, report: MeasureReport) -> None:
    """An adapter that was shown to be better on the questions goes into production, whatever held-out pairs said."""
    name = project.config.project.name
    winner = next((arm for arm in report.arms if arm.name == report.verdict.arm), None)
    if winner is None or winner.adapter is None or not report.verdict.significant:
        return
    if project.adapters.aliases(name).get(f"{name}@production") != winner.adapter:
        project.adapters.point(
            name, "production", winner.adapter, reason=f"measured better in {report.id}", now=project.clock()
        )


def _answers(project: Project, report: MeasureReport, questions: Path) -> list[Answer]:
    """Of questions spread over the file those that the recommended arm is surest of; abstentions only for want.

    A generator that does not say how sure it is, as those that cost most, is asked no more than are shown.
    """
    asked = [each for each in load_questions(questions).questions if each.answerable]
    chosen = asked[:: max(1, len(asked) // TRIED)]
    answerer = Answerer(project)
    profile = report.verdict.arm or "rag"
    adapter = next((arm.adapter for arm in report.arms if arm.name == profile), None)
    answered: list[Answer] = []
    abstained: list[Answer] = []
    for question in chosen:
        answer = answerer.answer(
            AnswerRequest(question=question.question, profile=profile, adapter=adapter, caller=OPERATOR)
        )
        (abstained if answer.abstained or answer.escalated else answered).append(answer)
        if len(answered) == SHOWN and answer.confidence is None:
            break
    answered.sort(key=lambda answer: -(answer.confidence or 0.0))
    return [*answered, *abstained][:SHOWN]


def fingerprint_of(project: Project) -> str:
    """What the run depends on: files count by what they hold, since a copy or a checkout has other times."""
    largest = project.config.project.max_megabytes * 1_000_000
    files = [
        (each.path, digest_of(project.folder / each.path) if each.size <= largest else f"{each.size} bytes")
        for each in scan(project.folder, project.config).files
    ]
    config = project.config.model_dump(mode="json")
    questions = project.config.measure.questions
    digest = digest_of(project.folder / questions) if questions else ""
    return content_id("run", json.dumps(config, sort_keys=True), json.dumps(files), digest)
