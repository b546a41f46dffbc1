"""The reader made ready for tuning: a fresh LoRA on top of MiniLM with the starter merged in."""

from __future__ import annotations

import copy
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from steep_plugins.generators.reader.adapters import BASE_FILE, check_base
from steep_plugins.generators.reader.confidence import judged, settled
from steep_plugins.generators.reader.model import with_adapter, with_new_lora
from steep_plugins.generators.reader.reading import SpanReader, Task, Text, ready
from steep_plugins.generators.reader.rows import collate, encode, lead_of
from steep_plugins.generators.reader.starter import BASE_MODEL, save_adapter
from steep_plugins.generators.reader.windows import MASK, SEP, distinct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import torch

    from steep.kinds import AdapterRef, Dropped, Example, LoraShape
    from steep_plugins.generators.reader.confidence import Calibration, Judged
    from steep_plugins.generators.reader.meaning import SentenceMeaning
    from steep_plugins.generators.reader.reading import Choice
    from steep_plugins.generators.reader.windows import Candidate, Encoder


def adapted(base: Any, shape: LoraShape, *, seed: int, start: AdapterRef | None, digest: str) -> Any:
    """``base`` with a fresh adapter drawn from the seed, or with a copy of ``start`` to go on from."""
    if start is not None:
        check_base(start, digest)
        return with_adapter(base, start.folder, name=start.version, trainable=True)
    return with_new_lora(base, rank=shape.rank, alpha=shape.alpha, dropout=shape.dropout, seed=seed)


BLEND = 0.5
"""How far from the starting weights to the trained ones the adapter lies that is scored and saved.

Weights in between keep most of what was gained on pairs like those trained on, and lose less on questions that are put
in other ways, which those of people are (Wortsman et al., arXiv 2109.01903).
"""

MASKED = 0.3
"""The share of a question's pieces hidden in training: pairs made from a text repeat its words; people do not."""

SETTLED_BY = 250
"""Training examples that, beside those held out, teach the weights of the clues and how sure to be."""


class SpanTrainee:
    """The trainee of `reader`. Its dev score is token F1 of what it answers, whether that would be given or not.

    ``settle`` fits the weights of the clues and how sure the reader may be; ``save`` writes them beside the adapter.
    """

    def __init__(
        self, model: Any, encoder: Encoder, meaning: SentenceMeaning, calibration: Calibration, *, digest: str
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._meaning = meaning
        self._given = self._calibration = calibration
        self._digest = digest
        self._start = {name: each.detach().clone() for name, each in self._trained()}

    @property
    def model(self) -> Any:
        return self._model

    def encode(self, examples: Sequence[Example]) -> tuple[list[Mapping[str, list[int]]], Dropped]:
        return encode(examples, self._encoder)

    def collate(self, features: Sequence[Mapping[str, list[int]]]) -> Mapping[str, Any]:
        """As rows; while the model trains, with some pieces of each question hidden, drawn from torch's generator."""
        batch = collate(features)
        if self._model.training:
            batch["input_ids"] = masked(batch["input_ids"], MASKED)
        device = self._model.device
        return {name: tensor.to(device) for name, tensor in batch.items()}

    def score(self, examples: Sequence[Example]) -> float:
        """By the clues' weights as they are."""
        rows = self._judged(examples)
        f1 = [row.scores[row.choice.place(self._first(row))] for row in rows if row.choice.spans]
        return sum(f1) / max(1, sum(example.pair.answerable for example in examples))

    def settle(self, train: Sequence[Example], dev: Sequence[Example]) -> float:
        """The dev score, each example read by what examples of other documents taught.

        Of the training examples a part is used, the same one wherever the others come and go. Without two examples that
        can be read everything stays as it was given.
        """
        ranked = sorted((each for each in train if each.pair.answerable), key=lambda each: each.pair.id)
        examples = [*dev, *ranked[:SETTLED_BY]]
        rows = self._judged(examples)
        held = [(row, number < len(dev)) for number, row in enumerate(rows) if row.choice.spans]
        if len(held) < 2:
            return self.score(dev)
        self._calibration, scores = settled([row for row, _ in held], self._given)
        f1 = [score for (_, is_dev), score in zip(held, scores, strict=True) if is_dev]
        return sum(f1) / max(1, sum(example.pair.answerable for example in dev))

    def save(self, folder: Path) -> None:
        """PEFT's two files, the digest of the base, and how sure the tuned reader may be."""
        with self._blended():
            save_adapter(self._model, folder)
        self._calibration.save(folder)
        base = {"digest": self._digest, "model": f"{BASE_MODEL} with the reader's starter"}
        (folder / BASE_FILE).write_text(json.dumps(base, indent=2, sort_keys=True) + "\n", encoding="utf-8")

    def _judged(self, examples: Sequence[Example]) -> list[Judged]:
        tasks = [
            Task(
                question=example.pair.question,
                texts=tuple(Text(text=passage.text, lead=lead_of(passage)) for passage in example.passages),
            )
            for example in examples
        ]
        return [
            judged(task, choice, example.pair.answer if example.pair.answerable else "", group=_document(example))
            for example, task, choice in zip(examples, tasks, self._choices(tasks), strict=True)
        ]

    def _choices(self, tasks: Sequence[Task]) -> list[Choice]:
        """As read by what would be served: the blended adapter merged, in the number format that is fastest."""
        device = str(self._model.device)
        with self._blended():
            served = ready(copy.deepcopy(self._model).merge_and_unload(), device)
        reader = SpanReader(served, self._encoder, self._meaning, preference=self._given.preference, device=device)
        return reader.choices(tasks)

    def _first(self, row: Judged) -> Candidate:
        return distinct(row.choice.weighed(self._calibration.preference), 1)[0]

    def _trained(self) -> Iterator[tuple[str, Any]]:
        return ((name, each) for name, each in self._model.named_parameters() if each.requires_grad)

    @contextmanager
    def _blended(self) -> Iterator[None]:
        """The model with weights ``BLEND`` of the way from the first ones to its own, which it has again afterwards."""
        import torch

        own = {name: each.detach().clone() for name, each in self._trained()}
        try:
            with torch.no_grad():
                for name, each in self._trained():
                    each.copy_(self._start[name].lerp(own[name], BLEND))
            yield
        finally:
            with torch.no_grad():
                for name, each in self._trained():
                    each.copy_(own[name])


def masked(ids: torch.Tensor, share: float) -> torch.Tensor:
    """``ids`` (windows, width) with this share of each question's pieces replaced by MASK, drawn by chance."""
    import torch

    places = torch.arange(ids.shape[1])
    question = (places > 0) & (places < (ids == SEP).int().argmax(dim=1, keepdim=True))
    return ids.masked_fill(question & (torch.rand(ids.shape) < share), MASK)


def _document(example: Example) -> str:
    """Where the pair was written from, so that pairs of one document do not judge what they taught."""
    return example.passages[0].document if example.passages else ""
