"""tune: recipe ─ strategies (rows) ─ mixture ─ course ─▶ Adapter version (with lineage and scores) ─ gate ─▶ alias.

The adapter is kept whatever came of it; the alias moves only for a gain that is not chance, with little forgotten, and
not away from a version that scored as high on the same rows. Killed at any point, the same command goes on from the
last checkpoint.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.engine.course import mean
from steep.errors import DatasetError, Interrupted
from steep.flows.questions import load_questions, locator_in
from steep.indexing.making import outdated_line
from steep.kinds import LoraShape, quickly
from steep.stages import stage
from steep.tuning import lineage
from steep.tuning.apart import stretches_apart
from steep.tuning.asked import DEV, pairs_asked
from steep.tuning.beforehand import beforehand
from steep.tuning.judging import Judge, Judgement, judged
from steep.tuning.lessons import Lessons, lessons
from steep.tuning.phases import PhaseRunner
from steep.tuning.promotion import Limits, promote
from steep.tuning.recipes import adapter_name, phases_of, start_of, tunable
from steep.tuning.rows import RowMaker
from steep.workspace.durable import space_needed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from steep.engine.course import Outcome
    from steep.kinds import AdapterRef, Feedback, Progress, Trainee
    from steep.tuning.beforehand import Ahead, PhaseAhead
    from steep.tuning.recipes import Phase
    from steep.tuning.rows import PhaseRows
    from steep.values import AdapterVersion, Pair
    from steep.workspace.datasets import DatasetVersion
    from steep.workspace.library import Library
    from steep.workspace.project import Project

_LOST = "no longer in the index"
_JUDGED = "no answer, which is judged untuned"


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneSummary:
    """What a tuning did. Scores are the trainee's on the held-out rows of the last phase, before the first and after.

    ``interval`` is the gain's, at 95 %; ``forgetting`` what was lost of general text and instructions, None for what
    does not write, and ``perplexity`` that of documents held out. ``decision`` says why the alias moved or not.
    ``forecast_seconds`` is how long the phases would take as it was said before the first step, ``estimated_seconds``
    what the first steps of each promised, None for very short ones. ``rows`` counts the rows that were trained on, over
    all phases, ``dropped`` what was not, by reason. ``feedback`` counts what people
    said of answers, where a strategy asked for it: how much was ``said``, and how many pairs and preferences it gave.
    """

    recipe: str
    name: str
    version: str
    alias: str
    promoted: bool
    decision: str
    score_before: float
    score_after: float
    interval: tuple[float, float] | None
    forgetting: Mapping[str, Any] | None
    perplexity: Mapping[str, float] | None
    steps: int
    seconds: float
    forecast_seconds: float | None
    estimated_seconds: float | None
    rows: int
    dev_rows: int
    dropped: Mapping[str, int]
    dataset: str | None
    phases: tuple[Mapping[str, Any], ...]
    feedback: Mapping[str, int] | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TunePlan:
    """What a tuning would learn from, and how many seconds its phases would take, if none stops early.

    The time is None where a phase could not be timed.
    """

    recipe: str
    name: str
    base: str
    dataset: str | None
    forecast_seconds: float | None
    phases: tuple[PhaseAhead, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneRequest:
    """``recipe`` is a name below [tune]; ``dataset`` and ``name`` (the adapter's) stand in for what the recipe says.

    ``force`` is a reason to move the alias whatever speaks against it.
    """

    recipe: str = "default"
    dataset: str = "latest"
    name: str | None = None
    alias: str = "production"
    seed: int | None = None
    force: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """The pairs whose passages the index has; ``lost`` counts the others, ``missing`` says why there are none."""

    dataset: DatasetVersion | None
    train: tuple[Pair, ...] = ()
    dev: tuple[Pair, ...] = ()
    lost: int = 0
    missing: DatasetError | None = None


def tune(project: Project, *, progress: Callable[[Progress], None], request: TuneRequest | None = None) -> TuneSummary:
    """Train an adapter by a recipe. Raises ConfigError, DatasetError, ModelError or Interrupted."""
    try:
        with project.writing(), space_needed(project.state):
            return _Tuning(project, request or TuneRequest(), progress).run()
    except KeyboardInterrupt:
        raise Interrupted("stopped; the same command goes on from the last checkpoint.") from None


def plan_tuning(
    project: Project, *, progress: Callable[[Progress], None], request: TuneRequest | None = None
) -> TunePlan:
    """What `tune` would do, and how long it would take; nothing is trained or kept. Raises as `tune` does."""
    return _Tuning(project, request or TuneRequest(), progress).plan()


class _Tuning:
    def __init__(self, project: Project, request: TuneRequest, progress: Callable[[Progress], None]) -> None:
        self._project = project
        self._request = request
        self._progress = progress
        self._recipe = project.config.recipe(request.recipe)
        self._seed = project.config.project.seed if request.seed is None else request.seed
        self._name = request.name or adapter_name(project, request.recipe, self._recipe)
        self._tuned = tunable(project, request.recipe, self._recipe)
        self._start = start_of(project, self._recipe)
        self._library = project.library()
        self._pairs = _pairs(project, self._library, self._dataset())
        self._retriever = quickly(project.retriever(self._library))
        self._asked = self._questions_asked()
        self._lessons: Lessons | None = None

    def run(self) -> TuneSummary:
        phases, rows, runner, made_from, ahead = self._prepared(keep=True)
        results, adapter, judgement = self._trained(runner, phases, rows)
        outcomes = tuple(lineage.outcome(*each) for each in zip(phases, rows, results, strict=True))
        figures = self._figures(results, rows, judgement)
        version = self._project.adapters.add(
            name=self._name,
            source=_copied(adapter.folder, runner.work / "finished"),  # a kill after the move finds the phases whole
            base=self._tuned.digest,
            score=mean(judgement.after),
            lineage={**made_from, **figures, **judgement.told(), "phases": outcomes},
            now=self._project.clock(),
        )
        promoted, decision = self._promoted(version, judgement)
        for leftover in runner.work.parent.glob("tune-*"):  # this one, and those that were never finished
            shutil.rmtree(leftover, ignore_errors=True)
        return TuneSummary(
            recipe=self._request.recipe,
            name=self._name,
            version=version.version,
            alias=self._request.alias,
            promoted=promoted,
            decision=decision,
            interval=judgement.interval,
            forgetting=judgement.told()["forgetting"],
            perplexity=judgement.told()["perplexity"],
            forecast_seconds=ahead.seconds,
            dataset=made_from["dataset"],
            feedback=made_from["feedback"],
            phases=outcomes,
            warnings=(*self._warnings(), *(line for each in rows for line in each.short)),
            **figures,
        )

    def plan(self) -> TunePlan:
        """What ``run`` would do."""
        _, rows, _, made_from, ahead = self._prepared(keep=False)
        return TunePlan(
            recipe=self._request.recipe,
            name=self._name,
            base=self._tuned.digest,
            dataset=made_from["dataset"],
            forecast_seconds=ahead.seconds,
            phases=ahead.phases,
            warnings=(*self._warnings(), *(line for each in rows for line in each.short)),
        )

    def _prepared(
        self, *, keep: bool
    ) -> tuple[Sequence[Phase], list[PhaseRows], PhaseRunner, Mapping[str, Any], Ahead]:
        """Phases and rows, what runs them, what the adapter is made from, and how long it will take."""
        untrained = self._runner().trainee()
        phases = phases_of(self._project, self._request.recipe, self._recipe, untrained.objectives)
        rows = self._rows(phases)
        made_from = lineage.inputs(
            self._project.config,
            recipe=self._request.recipe,
            base=self._tuned.digest,
            start=self._start.adapter if self._start else None,
            dataset=self._pairs.dataset.version if self._pairs.dataset else None,
            generation=self._library.generation,
            phases=phases,
            rows=rows,
            feedback=self._lessons.counted() if self._lessons else None,
            seed=self._seed,
        )
        runner = self._runner(f"tune-{lineage.fingerprint(made_from)}")
        return phases, rows, runner, made_from, beforehand(runner, untrained, phases, rows, keep=keep)

    def _dataset(self) -> str:
        asked = self._request.dataset
        return self._recipe.dataset if asked == "latest" else asked

    def _runner(self, work: str = "") -> PhaseRunner:
        recipe = self._recipe
        return PhaseRunner(
            tuned=self._tuned,
            shape=LoraShape(rank=recipe.rank, alpha=recipe.alpha, dropout=recipe.dropout),
            seed=self._seed,
            work=self._project.state / "work" / work,
            progress=self._progress,
            start=self._start.adapter if self._start else None,
        )

    def _rows(self, phases: Sequence[Phase]) -> list[PhaseRows]:
        project = self._project
        maker = RowMaker(
            library=self._library,
            retriever=self._retriever,
            formatter=project.build("formatter", project.config.formatter),
            train=self._learned(self._pairs.train),
            dev=self._learned((*self._pairs.dev, *self._asked)),
            feedback=self._said,
            distractors=self._recipe.distractors,
            seed=self._seed,
            progress=self._progress,
            rules=self._start.rules if self._start else "",
        )
        made = []
        for phase in phases:
            with stage(project.emit, "tune", "rows", phase=phase.place) as outcome:
                rows = maker.make(phase)
                outcome.update(train=len(rows.train), dev=len(rows.dev), lost=self._pairs.lost)
            if not rows.train or not rows.dev:
                raise self._pairs.missing or DatasetError(
                    f"{phase.place}: there are {len(rows.train)} rows to train on and {len(rows.dev)} held out; of the "
                    f"pairs {self._pairs.lost} rest on passages that are gone. Run `steep synthesize` again."
                )
            made.append(rows)
        return made

    def _learned(self, pairs: Sequence[Pair]) -> tuple[Pair, ...]:
        """Those that teach something: not that there is no answer, where that is judged before."""
        judged = self._start is not None and self._start.judged
        return tuple(pair for pair in pairs if pair.answerable or not judged)

    def _questions_asked(self) -> tuple[Pair, ...]:
        """The project's own questions of the split `dev`, where another one is measured."""
        measured = self._project.config.measure
        file = self._project.folder / (measured.questions or "")
        if measured.split in (None, DEV) or not file.is_file():
            return ()
        return pairs_asked(
            [question for question in load_questions(file).questions if question.split == DEV],
            self._library,
            self._retriever,
            locate=locator_in(self._project.folder, self._library).locate,
        )

    def _said(self) -> tuple[Feedback, ...]:
        """What people said of answers, once a strategy asks for it."""
        if self._lessons is None:
            self._lessons = lessons(self._project, self._library)
        return self._lessons.feedback

    def _trained(
        self, runner: PhaseRunner, phases: Sequence[Phase], rows: Sequence[PhaseRows]
    ) -> tuple[list[Outcome], AdapterRef, Judgement]:
        judge = Judge(runner.work, self._progress)
        last = (rows[-1].dev, phases[-1].course)
        apart = stretches_apart(self._library, rows, self._pairs.train)
        general = judge.general("untuned-general", runner.trainee, apart)
        untuned = judge.scores("untuned", runner.trainee, *last) if len(phases) > 1 else None
        results: list[Outcome] = []
        adapter: AdapterRef | None = None
        for number, (phase, made) in enumerate(zip(phases, rows, strict=True)):
            with stage(self._project.emit, "tune", phase.name, phase=number) as outcome:
                result, adapter = runner.run(number, phase, made, adapter)
                outcome.update(steps=result.steps, score=mean(result.after))
            results.append(result)
        assert adapter is not None, "a recipe has a phase"

        def tuned() -> Trainee:
            return runner.trainee(0, adapter)

        after = judge.general("tuned-general", tuned, apart) if general else None
        return results, adapter, judged(results, untuned, general, after)

    def _promoted(self, version: AdapterVersion, judgement: Judgement) -> tuple[bool, str]:
        return promote(
            self._project.adapters,
            version,
            self._request.alias,
            judgement=judgement,
            limits=Limits(forgetting=self._recipe.forgetting, unlearning=self._recipe.unlearning),
            now=self._project.clock(),
            force=self._request.force,
        )

    def _figures(self, results: Sequence[Outcome], rows: Sequence[PhaseRows], judgement: Judgement) -> dict[str, Any]:
        dropped: dict[str, int] = {}
        for result in results:
            for reason, count in result.dropped.reasons.items():
                dropped[reason] = dropped.get(reason, 0) + count
        promised = [result.estimate for result in results if result.estimate is not None]
        trained = sum(len(each.train) for each in rows) - sum(dropped.values())
        if self._pairs.lost:
            dropped[_LOST] = self._pairs.lost
        if unlearned := len(self._pairs.train) - len(self._learned(self._pairs.train)):
            dropped[_JUDGED] = unlearned
        return {
            "score_before": mean(judgement.before),
            "score_after": mean(judgement.after),
            "steps": sum(result.steps for result in results),
            "seconds": sum(result.seconds for result in results),
            "estimated_seconds": sum(promised) if promised else None,
            "rows": trained,
            "dev_rows": len(rows[-1].dev),
            "dropped": dropped,
        }

    def _warnings(self) -> list[str]:
        differs, dataset, generation = outdated_line(self._project), self._pairs.dataset, self._library.generation
        found = [differs] if differs else []
        written_for = dataset.recipe.get("generation") if dataset else None
        if dataset and written_for not in (None, generation.number, generation.fingerprint):
            found.append(
                f"the dataset {dataset.version} was written from another generation of the index than the current one "
                f"({generation.number}). Run `steep synthesize` for pairs from the documents as they are now."
            )
        if self._pairs.lost:
            found.append(
                f"{self._pairs.lost} pairs rest on passages that are no longer in the index, and were left out."
            )
        return found


def _pairs(project: Project, library: Library, version: str) -> _Pairs:
    """The pairs of a dataset; a project without any can still learn from its documents."""
    if version == "latest" and not project.datasets.versions():
        return _Pairs(dataset=None, missing=DatasetError("there is no dataset yet; run `steep synthesize` first."))
    dataset, pairs = project.datasets.load(version)
    known = frozenset(library.ids)
    kept = [pair for pair in pairs if pair.passages and known.issuperset(pair.passages)]
    return _Pairs(
        dataset=dataset,
        train=tuple(pair for pair in kept if pair.id not in dataset.dev),
        dev=tuple(pair for pair in kept if pair.id in dataset.dev),
        lost=len(pairs) - len(kept),
    )


def _copied(folder: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(folder, target)
