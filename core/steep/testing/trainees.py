"""A trainee that takes milliseconds: a frozen layer with a low-rank adapter, trained to tell answers apart.

It is small, not fake: it has rows, a loss with dropout, scores and files, so that the loop cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import DatasetError
from steep.kinds import Dropped
from steep.values import SpanRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from steep.kinds import Features, Objective, Progress
    from steep.values import Row

__all__ = ["Killed", "TinyTrainee", "killing_at", "tiny_rows"]

_CLASSES, _LETTERS, _RANK = 4, 128, 2


def tiny_rows(count: int, *, start: int = 0) -> tuple[SpanRow, ...]:
    """Questions whose answer can be learned: the number of the question's last word, modulo four."""
    return tuple(
        SpanRow(question=f"{'abcd'[number % _CLASSES] * 5} {number:04}", answer=str(number % _CLASSES), passages=())
        for number in range(start, start + count)
    )


@dataclass(slots=True, kw_only=True)
class Output:
    """What a model returns: its losses, one a row."""

    losses: Any


class TinyTrainee:
    """Features are letters; the loss is the cross entropy of four answers; a score is minus it, without dropout."""

    def __init__(self, *, seed: int = 0) -> None:
        self._model = _network(seed)

    @property
    def model(self) -> Any:
        return self._model

    @property
    def objectives(self) -> tuple[Objective, ...]:
        return ("span",)

    def label(self, row: SpanRow) -> int:
        return int(row.answer)

    def encode(self, rows: Sequence[Row]) -> tuple[list[Features], Dropped]:
        found: list[Features] = []
        for row in rows:
            if not isinstance(row, SpanRow):
                raise DatasetError(f"this trainee cannot learn from a {type(row).__name__}.")
            letters = [ord(letter) % _LETTERS for letter in row.question]
            found.append({"input_ids": letters, "labels": [self.label(row)]})
        return found, Dropped()

    def collate(self, features: Sequence[Features]) -> dict[str, Any]:
        import torch

        width = max(len(row["input_ids"]) for row in features)
        padded = [row["input_ids"] + [0] * (width - len(row["input_ids"])) for row in features]
        return {"input_ids": torch.tensor(padded), "labels": torch.tensor([row["labels"][0] for row in features])}

    def loss(self, batch: dict[str, Any]) -> Any:
        return self._model(**batch).losses.mean()

    def scores(self, rows: Sequence[Row]) -> list[float]:
        import torch

        was_training = self._model.training
        self._model.eval()
        with torch.no_grad():
            losses = self._model(**self.collate(self.encode(rows)[0])).losses
        self._model.train(was_training)
        return [-float(loss) for loss in losses]

    def save(self, folder: Path) -> None:
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        trained = {name: each.detach() for name, each in self._model.named_parameters() if each.requires_grad}
        save_file(trained, folder / "adapter_model.safetensors")


def _network(seed: int) -> Any:
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(_LETTERS, 16).requires_grad_(False)
            self.base = nn.Linear(16, _CLASSES).requires_grad_(False)
            self.down = nn.Linear(16, _RANK, bias=False)
            self.up = nn.Linear(_RANK, _CLASSES, bias=False)
            self.dropout = nn.Dropout(0.2)
            nn.init.zeros_(self.up.weight)

        def forward(self, input_ids: Any, labels: Any) -> Output:
            seen = self.embedding(input_ids).mean(1)  # (batch, 16)
            logits = self.base(seen) + self.up(self.down(self.dropout(seen)))
            return Output(losses=nn.functional.cross_entropy(logits, labels, reduction="none"))

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network()


class Killed(BaseException):
    """Stands for a kill: nothing that catches errors catches it."""


def killing_at(step: int) -> Callable[[Progress], None]:
    """A progress callback that ends the training when a step is reported."""

    def progress(at: Progress) -> None:
        if at.done >= step:
            raise Killed

    return progress
