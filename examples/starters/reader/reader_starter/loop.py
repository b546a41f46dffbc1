"""The training loop: AdamW on the adapter, a moving average of it, checkpoints that survive a kill."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reader_starter import loop as checkpoint
from reader_starter.plan import Batch, features
from steep.errors import DatasetError
from steep.kinds import Progress
from steep_plugins.generators.reader.rows import collate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import torch

    from steep_plugins.generators.reader.rows import Features
    from steep_plugins.generators.reader.windows import Encoder


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Linear warm-up to ``rate``, then a cosine down to zero; ``averaging`` is the decay of the moving average."""

    rate: float = 7e-4
    warmup: int = 100
    averaging: float = 0.998
    clip: float = 1.0
    decay: float = 0.01
    every: int = 250

    def factor(self, step: int, steps: int) -> float:
        if step < self.warmup:
            return (step + 1) / self.warmup
        return 0.5 * (1 + math.cos(math.pi * (step - self.warmup) / max(1, steps - self.warmup)))


def train(
    model: Any,
    batches: Sequence[Batch],
    encoder: Encoder,
    *,
    schedule: Schedule,
    folder: Path,
    plan: str,
    progress: Callable[[Progress], None],
) -> None:
    """Train ``model`` on the batches and leave the averaged weights in it.

    ``plan`` names data and settings: a checkpoint in ``folder`` is resumed only when it was made by the same plan;
    one by another plan raises DatasetError. After a kill at any point the result is what an unbroken run gives.
    """
    import torch

    weights = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    optimizer = torch.optim.AdamW(weights.values(), lr=schedule.rate, weight_decay=schedule.decay)
    average = {name: weight.detach().clone() for name, weight in weights.items()}
    step = _resume(folder, plan, weights, average, optimizer)
    model.train()
    began, first, shown = time.monotonic(), step, 0.0
    while step < len(batches):
        rate = schedule.rate * schedule.factor(step, len(batches))
        loss = _step(model, list(features(batches[step], encoder)), weights, optimizer, rate, schedule.clip)
        step += 1
        _average(average, weights, min(schedule.averaging, step / (step + 10)))
        shown = loss if step == first + 1 else 0.98 * shown + 0.02 * loss
        pace = (time.monotonic() - began) / (step - first)
        note = f"loss {shown:.3f}, {(len(batches) - step) * pace / 60:.1f} min left"
        progress(Progress(stage=batches[step - 1].phase.name, done=step, total=len(batches), note=note))
        if step % schedule.every == 0 or step == len(batches):
            _keep(folder, plan, step, weights, average, optimizer)
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(average[name])
    model.eval()


def _step(
    model: Any,
    rows: Sequence[Features],
    weights: dict[str, torch.Tensor],
    optimizer: torch.optim.Optimizer,
    rate: float,
    clip: float,
) -> float:
    import torch

    loss = _loss(model, rows)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(weights.values(), clip)
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    optimizer.zero_grad()
    return float(loss.detach())


def _loss(model: Any, rows: Sequence[Features]) -> Any:
    """Each window is a question of its own, which may have no answer; those of a row compete with one another too."""
    import torch

    from steep_plugins.generators.reader.network import among_windows

    batch = collate(rows, nothing=0)  # as MiniLM numbers its pieces
    sizes = batch.pop("windows").tolist()
    batch["start_positions"] = torch.tensor([place for row in rows for place in row["start"]])
    batch["end_positions"] = torch.tensor([place for row in rows for place in row["end"]])
    output = model(**batch)
    competing = [number for number, row in enumerate(rows) if sizes[number] > 1 and row["start"][0] > 0]
    if not competing:
        return output.loss
    beside = output.loss
    for name, logits in (("start", output.start_logits), ("end", output.end_logits)):
        parts = torch.split(logits, sizes)
        positions = torch.tensor([rows[number][name][0] for number in competing])
        chosen = torch.cat([parts[number] for number in competing])
        beside = beside + among_windows(chosen, positions, [sizes[number] for number in competing]) / 2
    return beside


def _average(average: dict[str, torch.Tensor], weights: dict[str, torch.Tensor], decay: float) -> None:
    import torch

    with torch.no_grad():
        for name, weight in weights.items():
            average[name].lerp_(weight, 1 - decay)


def _keep(
    folder: Path,
    plan: str,
    step: int,
    weights: dict[str, torch.Tensor],
    average: dict[str, torch.Tensor],
    optimizer: torch.optim.Optimizer,
) -> None:
    import torch

    checkpoint.save(
        folder,
        {
            "plan": plan,
            "step": step,
            "weights": {name: weight.detach() for name, weight in weights.items()},
            "average": average,
            "optimizer": optimizer.state_dict(),
            "random": torch.get_rng_state(),
        },
    )


def _resume(
    folder: Path,
    plan: str,
    weights: dict[str, torch.Tensor],
    average: dict[str, torch.Tensor],
    optimizer: torch.optim.Optimizer,
) -> int:
    import torch

    state = checkpoint.load(folder)
    if state is None:
        return 0
    if state["plan"] != plan:
        raise DatasetError(
            f"the checkpoint in {folder} was made with other data or settings; choose another --work folder, "
            "or delete it to begin anew"
        )
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(state["weights"][name])
            average[name].copy_(state["average"][name])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["random"])
    return int(state["step"])


NAME = "checkpoint.pt"


def save(folder: Path, state: dict[str, Any]) -> None:
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{NAME}.partial"
    with aside.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / NAME)


def load(folder: Path) -> dict[str, Any] | None:
    """The last state saved there, or None; a partial file left by a killed run is ignored."""
    import torch

    path = folder / NAME
    if not path.is_file():
        return None
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state
