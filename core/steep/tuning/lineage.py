"""Lineage: what an adapter was made from, so that it can be made again, and what came of it."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from typing import TYPE_CHECKING, Any

from steep.values import content_id
from steep.wire import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.kinds import Example, TrainingResult
    from steep.tuning.phases import Phase
    from steep.values import Generation
    from steep.workspace.config import Config

_LIBRARIES = ("steep", "torch", "transformers", "peft", "safetensors", "tokenizers")


def inputs(
    config: Config,
    *,
    base: str,
    dataset: str,
    generation: Generation,
    phases: Sequence[Phase],
    seed: int,
    replay: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """All that decides the bytes of an adapter; only JSON values. ``replay`` names a file's share and content."""
    recorded = {
        "base": base,
        "dataset": dataset,
        "generation": to_json(generation),
        "generator": config.generator.model_dump(mode="json"),
        "formatter": config.formatter.model_dump(mode="json"),
        "retriever": config.retriever.model_dump(mode="json"),
        "lora": {"rank": config.tune.rank, "alpha": config.tune.alpha, "dropout": config.tune.dropout},
        "distractors": config.tune.distractors,
        "replay": replay,
        "phases": [{"use": phase.name, **phase.options} for phase in phases],
        "seed": seed,
        "versions": {"python": platform.python_version(), **_versions()},
    }
    found: dict[str, Any] = json.loads(json.dumps(recorded))
    return found


def fingerprint(made_from: Mapping[str, Any], examples: Sequence[Example]) -> str:
    """Names a tuning by its inputs and by the conversations it learns from, to the letter."""
    said = [repr(message) for example in examples for message in example.conversation.messages]
    return content_id("tuning", json.dumps(made_from, sort_keys=True), *said)


def outcome(phase: Phase, result: TrainingResult) -> dict[str, Any]:
    """A phase with what came of it."""
    return {
        "use": phase.name,
        "options": phase.options,
        "score_before": result.score_before,
        "score_after": result.score_after,
        "steps": result.steps,
        "seconds": result.seconds,
        "history": [dict(row) for row in result.history],
    }


def _versions() -> dict[str, str]:
    found = {}
    for library in _LIBRARIES:
        try:
            found[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
