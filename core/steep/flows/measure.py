"""measure: questions × arms ─ answer ─ metrics ─ statistics ─▶ Report with a verdict.

Every arm gets the same questions. Answers are journaled as they come: killed at any point, the next run asks only what
is missing. A question that fails is counted and the rest goes on; an arm that cannot answer says why, and is never
given a zero. The report is written last, as report.json, report.html and rows.jsonl below `.steep/reports/<id>`.
"""

from __future__ import annotations

import functools
import random
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from steep.answering.speakers import speaker
from steep.errors import QuestionError
from steep.flows.answer import Answerer, AnswerRequest
from steep.flows.questions import load_questions, locator_in
from steep.indexing.making import outdated_line
from steep.kinds import Progress
from steep.measuring.asking import Asking
from steep.measuring.assemble import Measured, assemble
from steep.measuring.heldout import write_held_out_questions
from steep.measuring.lineup import lineup, perplexity
from steep.measuring.rows import Asked, Row, build_metrics
from steep.report.writing import write_report
from steep.stages import stage
from steep.values import Caller
from steep.workspace.durable import space_needed
from steep.workspace.storage import JOURNALS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from steep.answering.profiles import Profile
    from steep.kinds import Metric
    from steep.measuring.lineup import Contender
    from steep.measuring.report import MeasureReport
    from steep.values import Answer, Question
    from steep.workspace.library import Library
    from steep.workspace.project import Project

__all__ = ["measure"]

_MEASURE = Caller(name="measure")


def measure(
    project: Project,
    *,
    progress: Callable[[Progress], None],
    questions: Path | None = None,
    arms: Sequence[str] | None = None,
    limit: int | None = None,
    split: str | None = None,
    fresh: bool = False,
) -> MeasureReport:
    """Measure the arms, or other profiles, on the questions; raises QuestionError, NotIndexed, ConfigError.

    Without a question file, given or in steep.toml, the held-out pairs of the latest dataset stand in for one.
    ``limit`` takes that many questions at random, the same ones for the same seed. ``fresh`` asks all of them anew.
    """
    file = load_questions(_file(project, questions))
    wanted = split or project.config.measure.split
    seed = project.config.project.seed
    chosen = _chosen(file.questions, wanted, limit, seed)
    metrics = build_metrics(project)
    library = project.library()
    with space_needed(project.state):
        contenders = lineup(project, arms or project.config.measure.arms, library.generation)
        with stage(project.emit, "measure", "locate", questions=len(chosen)):
            asked, unlocated = _located(project, library, chosen, progress)
        rows = _asked(project, contenders, metrics, asked, library.generation.number, progress, fresh=fresh)
        measured = Measured(
            project=project.config.project.name,
            generation=library.generation.number,
            asked=asked,
            contenders=contenders,
            metrics=metrics,
            rows=rows,
            resamples=project.config.measure.resamples,
            seed=seed,
            settings={"split": wanted, "limit": limit, "metrics": _metric_settings(project, metrics)},
            skipped=tuple(str(error) for error in file.errors),
            unlocated=unlocated,
            outdated=outdated_line(project),
            perplexity=perplexity(project, contenders),
        )
        with stage(project.emit, "measure", "report"):
            created = datetime.fromtimestamp(project.clock(), UTC).isoformat(timespec="seconds")
            report = assemble(measured, reports=f"{project.state.name}/reports", created=created)
            write_report(project.folder / report.folder, report, rows)
    return report


def _file(project: Project, questions: Path | None) -> Path:
    if questions is not None:
        return questions
    configured = project.config.measure.questions
    if configured is not None:
        return project.folder / configured
    if not project.datasets.versions():
        raise QuestionError(
            'there are no questions to measure with: write lines such as {"question": "…", "answers": ["…"]} in a '
            "file that steep.toml names as `questions` under [measure]; or run `steep synthesize`, whose held-out "
            "pairs stand in for them."
        )
    return write_held_out_questions(project)


def _chosen(questions: Sequence[Question], split: str | None, limit: int | None, seed: int) -> tuple[Question, ...]:
    kept = [question for question in questions if split is None or question.split == split]
    if not kept:
        known = ", ".join(sorted({question.split for question in questions if question.split})) or "none"
        raise QuestionError(f"no question is of the split {split!r}; the file's splits are: {known}.")
    if limit is not None and limit < len(kept):
        if limit < 1:
            raise QuestionError(f"the limit is {limit}; ask at least 1 question.")
        places = sorted(random.Random(seed).sample(range(len(kept)), limit))
        kept = [kept[place] for place in places]
    return tuple(kept)


def _located(
    project: Project, library: Library, questions: Sequence[Question], progress: Callable[[Progress], None]
) -> tuple[tuple[Asked, ...], dict[str, str]]:
    """The questions with their gold spans, and by id why evidence was not found."""
    locator = locator_in(project.folder, library)
    asked, unlocated = [], {}
    for done, question in enumerate(questions, start=1):
        found = locator.locate(question)
        asked.append(Asked(question=question, gold=found.spans, document=found.document))
        if found.missing:
            unlocated[question.id] = "; ".join(found.missing)
        progress(Progress(stage="locate", done=done, total=len(questions)))
    return tuple(asked), unlocated


def _asked(
    project: Project,
    contenders: Sequence[Contender],
    metrics: Mapping[str, Metric],
    asked: tuple[Asked, ...],
    generation: int,
    progress: Callable[[Progress], None],
    *,
    fresh: bool,
) -> dict[str, tuple[Row, ...]]:
    """The rows of each contender that can answer, one contender after another, so that latencies mean something."""
    answerer = Answerer(project, keep=False)  # a report holds them
    versions = {each.name: each.adapter for each in contenders}  # in full: a rollout divides an alias's callers

    @functools.cache
    def prepared() -> None:
        """Else the first question's latency would be that of loading the parts."""
        answerer.prepare()
        answerer.load()
        answerer.warm()

    once = Lock()

    def answer(question: str, profile: Profile, given_up: Callable[[], bool]) -> Answer:
        with once:
            prepared()
        return answerer.answer(
            AnswerRequest(
                question=question,
                profile=profile.name,
                adapter=versions[profile.name],
                caller=_MEASURE,
                given_up=given_up,
            )
        )

    journals = project.state.joinpath(*JOURNALS)
    rows = {}
    for contender in contenders:
        if contender.reason:
            continue
        with stage(project.emit, "measure", contender.name, questions=len(asked)) as outcome:
            asking = Asking(answer, contender, metrics, folder=journals, generation=generation)
            together = _at_once(project, contender)
            rows[contender.name] = asking.ask(asked, progress, fresh=fresh, at_once=together)
            outcome["failed"] = sum(bool(row.error) for row in rows[contender.name])
    return rows


def _at_once(project: Project, contender: Contender) -> int:
    """How many questions are asked together: more than one only where a model writes for several callers."""
    wanted = project.config.measure.at_once
    if wanted == 1:
        return 1
    return min(wanted, speaker(project, contender.profile.generator, model=contender.profile.model).at_once)


def _metric_settings(project: Project, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    """The options that steep.toml gives each metric; none for the defaults."""
    return {name: spec.options for name, spec in zip(metrics, project.config.measure.metrics, strict=True)}
