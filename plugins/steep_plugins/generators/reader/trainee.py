"""The reader made ready for tuning: a fresh LoRA on top of MiniLM with the starter merged in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from steep_plugins.generators.reader.adapters import BASE_FILE, check_base
from steep_plugins.generators.reader.model import with_adapter, with_new_lora
from steep_plugins.generators.reader.reading import SpanReader, Task, Text
from steep_plugins.generators.reader.rows import collate, encode, lead_of
from steep_plugins.generators.reader.scoring import token_f1
from steep_plugins.generators.reader.starter import BASE_MODEL, save_adapter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from steep.kinds import AdapterRef, Dropped, Example, LoraShape
    from steep_plugins.generators.reader.confidence import Calibration
    from steep_plugins.generators.reader.windows import Encoder


def adapted(base: Any, shape: LoraShape, *, seed: int, start: AdapterRef | None, digest: str) -> Any:
    """``base`` with a fresh adapter drawn from the seed, or with a copy of ``start`` to go on from."""
    if start is not None:
        check_base(start, digest)
        return with_adapter(base, start.folder, name=start.version, trainable=True)
    return with_new_lora(base, rank=shape.rank, alpha=shape.alpha, dropout=shape.dropout, seed=seed)


class SpanTrainee:
    """The trainee of `reader`. Its dev score is token F1 with abstention, as a user would get it."""

    def __init__(self, model: Any, encoder: Encoder, calibration: Calibration, *, digest: str) -> None:
        self._model = model
        self._encoder = encoder
        self._calibration = calibration
        self._digest = digest

    @property
    def model(self) -> Any:
        return self._model

    def encode(self, examples: Sequence[Example]) -> tuple[list[Mapping[str, list[int]]], Dropped]:
        return encode(examples, self._encoder)

    def collate(self, features: Sequence[Mapping[str, list[int]]]) -> Mapping[str, Any]:
        device = self._model.device
        return {name: tensor.to(device) for name, tensor in collate(features).items()}

    def score(self, examples: Sequence[Example]) -> float:
        """Mean token F1 of the best span over an example's passages; abstaining scores 1 where there is no answer."""
        tasks = [
            Task(
                question=example.pair.question,
                texts=tuple(Text(text=passage.text, lead=lead_of(passage)) for passage in example.passages),
            )
            for example in examples
        ]
        was_training = self._model.training
        self._model.eval()
        try:
            reader = SpanReader(
                self._model,
                self._encoder,
                preference=self._calibration.preference,
                device=str(self._model.device),
            )
            read = reader.read_all(tasks)
        finally:
            self._model.train(was_training)
        scores = []
        for example, task, found in zip(examples, tasks, read, strict=True):
            given = self._calibration.probability(found) >= self._calibration.threshold
            text = task.texts[found[0].passage].text[found[0].start : found[0].end] if given else ""
            scores.append(token_f1(text, [example.pair.answer] if example.pair.answerable else []))
        return sum(scores) / len(scores)

    def save(self, folder: Path) -> None:
        """PEFT's two files, and the digest of the base beside them."""
        save_adapter(self._model, folder)
        base = {"digest": self._digest, "model": f"{BASE_MODEL} with the reader's starter"}
        (folder / BASE_FILE).write_text(json.dumps(base, indent=2, sort_keys=True) + "\n", encoding="utf-8")
