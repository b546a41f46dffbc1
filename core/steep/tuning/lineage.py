"""Lineage: what an adapter was made from, so that it can be made again, and what came of it."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from typing import TYPE_CHECKING, Any

from steep.engine.course import mean
from steep.values import content_id
from steep.wire import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.engine.course import Outcome
    from steep.kinds import AdapterRef
    from steep.tuning.recipes import Phase
    from steep.tuning.rows import PhaseRows
    from steep.values import Generation
    from steep.workspace.config import Config

_LIBRARIES = ("steep", "torch", "transformers", "peft", "safetensors", "tokenizers")


def inputs(
    config: Config,
    *,
    recipe: str,
    base: str,
    start: AdapterRef | None,
    dataset: str | None,
    generation: Generation,
    phases: Sequence[Phase],
    rows: Sequence[PhaseRows],
    feedback: Mapping[str, int] | None,
    seed: int,
) -> dict[str, Any]:
    """All that decides the bytes of an adapter; only JSON values. Rows are named by their content.

    ``start`` is the adapter that it goes on from.
    ``feedback`` counts what people said of answers, where a strategy asked for it.
    """
    spec = config.recipe(recipe)
    recorded = {
        "recipe": recipe,
        "base": base,
        "start": {"job": start.job, "version": start.version} if start else None,
        "dataset": dataset,
        "feedback": feedback,
        "generation": to_json(generation),
        "generator": config.generator.model_dump(mode="json"),
        "formatter": config.formatter.model_dump(mode="json"),
        "retriever": config.retriever.model_dump(mode="json"),
        "lora": {"rank": spec.rank, "alpha": spec.alpha, "dropout": spec.dropout},
        "distractors": spec.distractors,
        "phases": [_phase(phase, made) for phase, made in zip(phases, rows, strict=True)],
        "scored_on": content_id("scored on", *_how_scored(phases[-1]), rows[-1].dev_name),
        "seed": seed,
        "versions": {"python": platform.python_version(), **_versions()},
    }
    found: dict[str, Any] = json.loads(json.dumps(recorded))
    return found


def fingerprint(made_from: Mapping[str, Any]) -> str:
    """Names a tuning by its inputs; the rows that it learns from are among them, to the letter."""
    return content_id("tuning", json.dumps(made_from, sort_keys=True))


def outcome(phase: Phase, made: PhaseRows, result: Outcome) -> dict[str, Any]:
    """A phase with what came of it."""
    return {
        **_phase(phase, made),
        "score_before": mean(result.before),
        "score_after": mean(result.after),
        "steps": result.steps,
        "seconds": result.seconds,
        "estimated_seconds": result.estimate,
        "dropped": dict(result.dropped.reasons),
        "history": [dict(row) for row in result.history],
    }


def _how_scored(phase: Phase) -> tuple[str, ...]:
    """What scores of a phase can be compared by, beside its held-out rows."""
    answered = phase.course.answered
    return (phase.objective, f"{answered} answered") if answered else (phase.objective,)


def _phase(phase: Phase, made: PhaseRows) -> dict[str, Any]:
    return {
        "use": phase.name,
        "objective": phase.objective,
        "mixture": [{"use": part.name, "share": part.share, "options": part.options} for part in phase.parts],
        "course": phase.course.model_dump(mode="json"),
        "rows": len(made.train),
        "dev_rows": len(made.dev),
        "content": made.name,
        "files": [{"name": name, "sha256": digest} for name, digest in made.files],
    }


def _versions() -> dict[str, str]:
    found = {}
    for library in _LIBRARIES:
        try:
            found[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
