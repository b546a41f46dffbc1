"""The reader made ready for tuning: a fresh LoRA on top of MiniLM with the starter merged in."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.engine.adapters import check_adapter, save_adapter
from steep_plugins.generators.reader.confidence import judged, settled
from steep_plugins.generators.reader.model import with_adapter, with_new_lora
from steep_plugins.generators.reader.reading import SpanReader, Task, Text
from steep_plugins.generators.reader.rows import collate, encode, lead_of, spans_of
from steep_plugins.generators.reader.windows import distinct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import torch

    from steep.kinds import AdapterRef, Dropped, Features, LoraShape, Objective
    from steep.values import Row, SpanRow
    from steep_plugins.generators.reader.confidence import Judged
    from steep_plugins.generators.reader.meaning import SentenceMeaning
    from steep_plugins.generators.reader.reading import Choice
    from steep_plugins.generators.reader.starter import Starter
    from steep_plugins.generators.reader.windows import Candidate, Encoder, Marks


def adapted(base: Any, shape: LoraShape, *, seed: int, start: AdapterRef | None, digest: str) -> Any:
    """``base`` with a fresh adapter drawn from the seed, or with a copy of ``start`` to go on from."""
    from steep_plugins.models.lean import leaned

    if start is not None:
        check_adapter(start, digest)
        return leaned(with_adapter(base, start.folder, name=start.version, trainable=True))
    return leaned(with_new_lora(base, rank=shape.rank, alpha=shape.alpha, dropout=shape.dropout, seed=seed))


BLEND = 0.5
"""How far from the starting weights to the trained ones the adapter lies that is scored and saved.

Weights in between keep most of what was gained on pairs like those trained on, and lose less on questions that are put
in other ways, which those of people are (Wortsman et al., arXiv 2109.01903).
"""

MASKED = 0.3
"""The share of a question's pieces hidden in training: pairs made from a text repeat its words; people do not."""

SETTLED_BY = 250
"""Training rows that, beside those held out, teach the weights of the clues and how sure to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """How rows were read with these weights, and the sum of their scores."""

    rows: Sequence[SpanRow]
    judged: Sequence[Judged]
    weights: dict[str, torch.Tensor]
    score: float


class SpanTrainee:
    """The trainee of `reader`. Its dev score is token F1 of what it answers, whether that would be given or not.

    ``settle`` fits the weights of the clues and how sure the reader may be; ``save`` writes them beside the adapter.
    """

    def __init__(self, model: Any, encoder: Encoder, meaning: SentenceMeaning, starter: Starter) -> None:
        self._model = model
        self._encoder = encoder
        self._meaning = meaning
        self._starter = starter
        self._given = self._calibration = starter.calibration
        self._start = self._copied()
        self._best: _Read | None = None

    @property
    def model(self) -> Any:
        return self._model

    @property
    def objectives(self) -> tuple[Objective, ...]:
        return ("span",)

    def encode(self, rows: Sequence[Row]) -> tuple[list[Features], Dropped]:
        return encode(rows, self._encoder)

    def collate(self, features: Sequence[Features]) -> dict[str, torch.Tensor]:
        """As rows; while the model trains, with some pieces of each question hidden, drawn from torch's generator."""
        marks = self._encoder.marks
        batch = collate(features, nothing=marks.nothing)
        if self._model.training:
            batch["input_ids"] = masked(batch["input_ids"], MASKED, marks)
        device = self._model.device
        return {name: tensor.to(device) for name, tensor in batch.items()}

    def loss(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return self._model(**batch).loss  # type: ignore[no-any-return]

    def scores(self, rows: Sequence[Row]) -> list[float]:
        """Of each answerable row, by the clues' weights as they are."""
        asked = spans_of(rows)
        read = self._judged(asked)
        scores = [
            each.scores[each.choice.place(self._first(each))] if each.choice.spans else 0.0
            for row, each in zip(asked, read, strict=True)
            if row.answerable
        ]
        if self._best is None or sum(scores) > self._best.score:
            self._best = _Read(rows=asked, judged=read, weights=self._copied(), score=sum(scores))
        return scores

    def settle(self, train: Sequence[Row], dev: Sequence[Row]) -> list[float]:
        """The scores of the dev rows, each read by what rows of other documents taught.

        Of the training rows a part is used, the same one wherever the others come and go. Without two rows that can be
        read everything stays as it was given.
        """
        held_out = spans_of(dev)
        ranked = sorted((row for row in spans_of(train) if row.answerable), key=lambda row: row.id)
        judged_rows = [*(self._known(held_out) or self._judged(held_out)), *self._judged(ranked[:SETTLED_BY])]
        readable = [number for number, row in enumerate(judged_rows) if row.choice.spans]
        if len(readable) < 2:
            return self.scores(dev)
        self._calibration, scores = settled([judged_rows[number] for number in readable], self._given)
        found = dict(zip(readable, scores, strict=True))
        return [found.get(number, 0.0) for number, row in enumerate(held_out) if row.answerable]

    def save(self, folder: Path) -> None:
        """PEFT's two files, the digest of the base, and how sure the tuned reader may be."""
        with self._blended():
            save_adapter(self._model, folder, name=self._starter.encoder.hub, digest=self._starter.digest)
        self._calibration.save(folder)

    def _known(self, rows: Sequence[SpanRow]) -> Sequence[Judged]:
        """How these rows were read with the weights as they are, mostly those of the best score; empty if never."""
        best = self._best
        if best is None or best.rows != rows:
            return ()
        return best.judged if all(each.equal(best.weights[name]) for name, each in self._trained()) else ()

    def _judged(self, rows: Sequence[SpanRow]) -> list[Judged]:
        tasks = [
            Task(
                question=row.question,
                texts=tuple(Text(text=passage.text, lead=lead_of(passage)) for passage in row.passages),
            )
            for row in rows
        ]
        return [
            judged(task, choice, row.answer if row.answerable else "", group=_document(row), person=row.person)
            for row, task, choice in zip(rows, tasks, self._choices(tasks), strict=True)
        ]

    def _choices(self, tasks: Sequence[Task]) -> list[Choice]:
        """As read by what would be served: the blended adapter merged, in the number format that is fastest."""
        device = str(self._model.device)
        with self._blended():
            served = copy.deepcopy(self._model).merge_and_unload().eval()
        reader = SpanReader.of(served, self._encoder, self._meaning, preference=self._given.preference, device=device)
        return reader.choices(tasks)

    def _first(self, row: Judged) -> Candidate:
        return distinct(row.choice.weighed(self._calibration.preference), 1)[0]

    def _copied(self) -> dict[str, torch.Tensor]:
        return {name: each.detach().clone() for name, each in self._trained()}

    def _trained(self) -> Iterator[tuple[str, Any]]:
        return ((name, each) for name, each in self._model.named_parameters() if each.requires_grad)

    @contextmanager
    def _blended(self) -> Iterator[None]:
        """The model with weights ``BLEND`` of the way from the first ones to its own, which it has again afterwards."""
        import torch

        own = self._copied()
        try:
            with torch.no_grad():
                for name, each in self._trained():
                    each.copy_(self._start[name].lerp(own[name], BLEND))
            yield
        finally:
            with torch.no_grad():
                for name, each in self._trained():
                    each.copy_(own[name])


def masked(ids: torch.Tensor, share: float, marks: Marks) -> torch.Tensor:
    """``ids`` (windows, width) with this share of each question's pieces hidden, drawn by chance."""
    import torch

    places = torch.arange(ids.shape[1])
    question = (places > 0) & (places < (ids == marks.between).int().argmax(dim=1, keepdim=True))
    return ids.masked_fill(question & (torch.rand(ids.shape) < share), marks.hidden)


def _document(row: SpanRow) -> str:
    """Where the row was written from, so that rows of one document do not judge what they taught."""
    return row.passages[0].document if row.passages else ""
