"""A trainee that takes milliseconds: a frozen layer with a low-rank adapter, trained to tell answers apart.

It is small, not fake: it has rows, a loss with dropout, a dev score and files, so that a strategy cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.kinds import Dropped, Example
from steep.values import Conversation, Message, Pair, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["TinyTrainee", "tiny_examples"]

_CLASSES, _LETTERS, _RANK = 4, 128, 2


def tiny_examples(count: int, *, start: int = 0) -> tuple[Example, ...]:
    """Questions whose answer can be learned: the number of the question's last word, modulo four."""
    return tuple(_example(number) for number in range(start, start + count))


@dataclass(slots=True, kw_only=True)
class Output:
    """What a model returns: its loss, a mean over the batch."""

    loss: Any


class TinyTrainee:
    """Rows are letters; the loss is the cross entropy of four answers; the score is minus it, without dropout."""

    def __init__(self, *, seed: int = 0) -> None:
        self._model = _network(seed)

    @property
    def model(self) -> Any:
        return self._model

    def encode(self, examples: Sequence[Example]) -> tuple[list[Mapping[str, list[int]]], Dropped]:
        rows: list[Mapping[str, list[int]]] = []
        for example in examples:
            letters = [ord(letter) % _LETTERS for letter in example.pair.question]
            rows.append({"input_ids": letters, "labels": [int(example.pair.answer)]})
        return rows, Dropped()

    def collate(self, features: Sequence[Mapping[str, list[int]]]) -> Mapping[str, Any]:
        import torch

        width = max(len(row["input_ids"]) for row in features)
        padded = [row["input_ids"] + [0] * (width - len(row["input_ids"])) for row in features]
        return {"input_ids": torch.tensor(padded), "labels": torch.tensor([row["labels"][0] for row in features])}

    def score(self, examples: Sequence[Example]) -> float:
        import torch

        was_training = self._model.training
        self._model.eval()
        with torch.no_grad():
            score = -float(self._model(**self.collate(self.encode(examples)[0])).loss)
        self._model.train(was_training)
        return score

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
            return Output(loss=nn.functional.cross_entropy(logits, labels))

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network()


def _example(number: int) -> Example:
    answer = str(number % _CLASSES)
    question = f"{'abcd'[number % _CLASSES] * 5} {number:04}"
    span = Span(document="d", version="v", start=0, end=1, text=answer)
    pair = Pair(
        question=question,
        answer=answer,
        passages=("p",),
        spans=(span,),
        synthesizer="tiny",
        kind="fact",
        rule="modulo",
        seed=0,
    )
    messages = (Message(role="user", content=question), Message(role="assistant", content=answer))
    return Example(pair=pair, passages=(), conversation=Conversation(messages=messages))
