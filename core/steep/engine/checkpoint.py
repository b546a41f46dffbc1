"""A checkpoint: one file, replaced as a whole, from which training goes on as if it had not stopped.

No state of a random generator is in it: what a step draws depends on the seed and the step's number alone.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from steep.errors import Damaged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

    Weights = Mapping[str, torch.Tensor]

_FILE = "checkpoint.pt"


@dataclass(slots=True, kw_only=True)
class State:
    """Where training stands after ``step`` steps. ``elapsed`` counts seconds over all tries.

    ``before`` and ``best`` are scores by row, of the first weights and of the best ones.
    """

    step: int = 0
    plan: dict[str, int] | None = None  # once it has been held against a time limit
    elapsed: float = 0.0
    before: list[float] | None = None
    score_seconds: float = 0.0
    estimate: float | None = None  # seconds that the whole course takes, by its first steps
    best: list[float] = field(default_factory=list)
    worse: int = 0  # evaluations since the best one
    halvings: int = 0  # of the micro batch, where memory ran out
    done: bool = False
    losses: list[float] = field(default_factory=list)  # since the last evaluation
    history: list[dict[str, float]] = field(default_factory=list)


def keep(folder: Path, job: str, state: State, weights: Weights, best: Weights, optimizer: Mapping[str, Any]) -> None:
    """Write the checkpoint; a kill at any instant leaves the old one or the new one."""
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "job": job,
        "state": asdict(state),
        "weights": {name: weight.detach() for name, weight in weights.items()},
        "best": dict(best),
        "optimizer": dict(optimizer),
    }
    written = folder / f"{_FILE}.new"
    with written.open("wb") as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())
    written.replace(folder / _FILE)


def find(folder: Path, job: str) -> dict[str, Any] | None:
    """The checkpoint of this very job (rows, options, seed, first weights), or None."""
    import torch

    path = folder / _FILE
    if not path.is_file():
        return None
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        if content["job"] != job:
            return None
        content["state"] = State(**content["state"])
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError, KeyError, TypeError) as error:
        raise Damaged(f"the checkpoint {path} cannot be read ({error}). Delete it; training starts over.") from error
    return content


def fingerprint(weights: Weights, *parts: str) -> str:
    """Names a job by its first weights and by whatever else decides its course."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest())
    for name, weight in weights.items():
        digest.update(name.encode())
        digest.update(weight.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()
