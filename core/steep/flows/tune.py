"""tune: Dataset ─ formatter ─▶ Conversation ─ strategy phases ─▶ Adapter version (with lineage and scores).

The adapter is kept whatever came of it; the alias moves only where the dev score rose, and not away from a version
that scored as high on the same pairs. Killed at any point, the same command goes on from the last checkpoint.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from steep.errors import ConfigError, DatasetError, Interrupted, ModelError
from steep.kinds import LoraShape, Tunable
from steep.stages import stage
from steep.tuning import lineage, replay
from steep.tuning.examples import ExampleMaker
from steep.tuning.phases import Phase, PhaseRunner
from steep.tuning.promotion import promote
from steep.workspace.durable import space_needed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from steep.kinds import Generator, Progress, TrainingResult
    from steep.tuning.examples import Made
    from steep.values import Pair
    from steep.workspace.datasets import DatasetVersion
    from steep.workspace.library import Library
    from steep.workspace.project import Project

_LOST = "no longer in the index"


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneSummary:
    """What a tuning did. Scores are the trainee's, on the dev pairs; ``decision`` says why the alias moved or not.

    ``rows`` counts the pairs that were trained on, ``dropped`` those that were not, by reason.
    """

    name: str
    version: str
    alias: str
    promoted: bool
    decision: str
    score_before: float
    score_after: float
    steps: int
    seconds: float
    rows: int
    dev_rows: int
    dropped: Mapping[str, int]
    dataset: str
    phases: tuple[Mapping[str, Any], ...]
    warnings: tuple[str, ...] = ()


def tune(
    project: Project,
    *,
    progress: Callable[[Progress], None],
    dataset: str = "latest",
    name: str | None = None,
    alias: str = "production",
    seed: int | None = None,
) -> TuneSummary:
    """Train an adapter on a dataset; ``latest`` stands for the one that steep.toml names, by default the newest.

    ``name`` is the adapter's, by default the project's. Raises DatasetError, ModelError or Interrupted.
    """
    config = project.config
    try:
        with project.writing(), space_needed(project.state):
            chosen, pairs = project.datasets.load(config.tune.dataset if dataset == "latest" else dataset)
            return _tuned(
                project,
                chosen,
                pairs,
                name=name or config.project.name,
                alias=alias,
                seed=config.project.seed if seed is None else seed,
                progress=progress,
            )
    except KeyboardInterrupt:
        raise Interrupted("stopped; the same command goes on from the last checkpoint.") from None


def _tuned(
    project: Project,
    dataset: DatasetVersion,
    pairs: Sequence[Pair],
    *,
    name: str,
    alias: str,
    seed: int,
    progress: Callable[[Progress], None],
) -> TuneSummary:
    generator = project.generator()
    if not isinstance(generator, Tunable):
        raise _untunable(project, generator)
    phases = _phases(project)
    library = project.library()
    made = _examples(project, library, dataset, pairs, seed, progress)
    made_from = lineage.inputs(
        project.config,
        base=generator.digest,
        dataset=dataset.version,
        generation=library.generation,
        phases=phases,
        seed=seed,
        replay=_replay(project),
    )
    work = project.state / "work" / f"tune-{lineage.fingerprint(made_from, (*made.train, *made.dev))}"
    tuning = project.config.tune
    shape = LoraShape(rank=tuning.rank, alpha=tuning.alpha, dropout=tuning.dropout)
    runner = PhaseRunner(generator=generator, shape=shape, seed=seed, work=work, progress=progress)
    results, trained = _trained(project, runner, phases, made)

    outcomes = tuple(lineage.outcome(phase, result) for phase, result in zip(phases, results, strict=True))
    figures = _figures(results, made)
    version = project.adapters.add(
        name=name,
        source=_copied(trained, work / "finished"),  # a kill after the move finds the phases as they were
        base=generator.digest,
        score=results[-1].score_after,
        lineage={**made_from, **figures, "phases": outcomes},
        now=project.clock(),
    )
    promoted, decision = promote(project.adapters, version, alias, before=results[0].score_before, now=project.clock())
    for leftover in work.parent.glob("tune-*"):  # this one, and those that were never finished
        shutil.rmtree(leftover, ignore_errors=True)
    return TuneSummary(
        name=name,
        version=version.version,
        alias=alias,
        promoted=promoted,
        decision=decision,
        dataset=dataset.version,
        phases=outcomes,
        warnings=tuple(_warnings(dataset, library, made)),
        **figures,
    )


def _untunable(project: Project, generator: Generator) -> ModelError:
    use = project.config.generator.use
    return ModelError(
        f"the generator `{use}` ({generator.digest}) cannot be tuned: steep has no weights of it to train. Set `use` "
        "in [generator] to `reader` or `transformers`, or tune elsewhere and serve the adapter there."
    )


def _phases(project: Project) -> tuple[Phase, ...]:
    specs = project.config.tune.phase
    if not specs:
        raise ConfigError('[tune] in steep.toml lists no phase; add `[[tune.phase]]` with `use = "instruct"`.')
    return tuple(
        Phase(name=spec.use, options=spec.options, strategy=project.build("strategy", spec, where="tune.phase"))
        for spec in specs
    )


def _examples(
    project: Project,
    library: Library,
    dataset: DatasetVersion,
    pairs: Sequence[Pair],
    seed: int,
    progress: Callable[[Progress], None],
) -> Made:
    with stage(project.emit, "tune", "examples", pairs=len(pairs)) as outcome:
        made = ExampleMaker(
            library=library,
            retriever=project.retriever(library),
            formatter=project.build("formatter", project.config.formatter),
            distractors=project.config.tune.distractors,
            seed=seed,
        ).make(pairs, dataset.dev, progress)
        outcome.update(train=len(made.train), dev=len(made.dev), lost=made.lost)
    if not made.train or not made.dev:
        raise DatasetError(
            f"the dataset {dataset.version} has {len(made.train)} pairs to train on and {len(made.dev)} dev pairs in "
            f"the current index, and {made.lost} whose passages are gone; run `steep synthesize` again."
        )
    return _with_replay(project, made, seed)


def _replay(project: Project) -> dict[str, Any] | None:
    tuning = project.config.tune
    if not tuning.replay:
        return None
    content = replay.digest(project.folder / tuning.replay)
    return {"file": tuning.replay, "share": tuning.replay_share, "content": content}


def _with_replay(project: Project, made: Made, seed: int) -> Made:
    """Rows of the file that `replay` names join those to train on, as many as make up their share of both."""
    tuning = project.config.tune
    if not tuning.replay:
        return made
    again = replay.replayed(
        project.folder / tuning.replay,
        count=max(1, round(len(made.train) * tuning.replay_share / (1 - tuning.replay_share))),
        formatter=project.build("formatter", project.config.formatter),
        distractors=tuning.distractors,
        seed=seed,
    )
    return replace(made, train=(*made.train, *again))


def _trained(
    project: Project, runner: PhaseRunner, phases: Sequence[Phase], made: Made
) -> tuple[list[TrainingResult], Path]:
    results: list[TrainingResult] = []
    adapter = None
    for number, phase in enumerate(phases):
        with stage(project.emit, "tune", phase.name, phase=number) as outcome:
            result, adapter = runner.run(number, phase, made, adapter)
            outcome.update(steps=result.steps, score=result.score_after)
        results.append(result)
    assert adapter is not None, "there is a phase"
    return results, adapter.folder


def _figures(results: Sequence[TrainingResult], made: Made) -> dict[str, Any]:
    dropped = dict(results[0].dropped.reasons)
    rows = len(made.train) - sum(dropped.values())
    if made.lost:
        dropped[_LOST] = made.lost
    return {
        "score_before": results[0].score_before,
        "score_after": results[-1].score_after,
        "steps": sum(result.steps for result in results),
        "seconds": sum(result.seconds for result in results),
        "rows": rows,
        "dev_rows": len(made.dev),
        "dropped": dropped,
    }


def _warnings(dataset: DatasetVersion, library: Library, made: Made) -> list[str]:
    found = []
    written_for = dataset.recipe.get("generation")
    if written_for not in (None, library.generation.number, library.generation.fingerprint):
        found.append(
            f"the dataset {dataset.version} was written from another generation of the index than the current one "
            f"({library.generation.number}). Run `steep synthesize` for pairs from the documents as they are now."
        )
    if made.lost:
        found.append(f"{made.lost} pairs rest on passages that are no longer in the index, and were left out.")
    return found


def _copied(folder: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(folder, target)
