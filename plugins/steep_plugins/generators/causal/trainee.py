"""A language model made ready for tuning: LoRA on all linear layers, loss on the reply alone."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

from steep.measuring.scoring import token_f1
from steep_plugins.generators.causal.generator import padding
from steep_plugins.generators.causal.rows import encode, left_padded, right_padded
from steep_plugins.models.adapters import BASE_FILE, with_start
from steep_plugins.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import torch

    from steep.kinds import AdapterRef, Dropped, Example, LoraShape
    from steep_plugins.models.chat import Chat
    from steep_plugins.models.loading import ModelFiles

_DEV_ROWS = 8  # rows of a forward when scoring


def adapted(model: Any, shape: LoraShape, *, seed: int, start: AdapterRef | None, files: ModelFiles) -> Any:
    """The model with a fresh adapter drawn from the seed, or with a copy of ``start``; the base is frozen."""
    import torch
    from peft import LoraConfig, TaskType, get_peft_model

    if start is not None:
        return with_start(model, start, digest=files.digest)
    config = LoraConfig(
        task_type=TaskType.SEQ_2_SEQ_LM if files.seq2seq else TaskType.CAUSAL_LM,
        r=shape.rank,
        lora_alpha=shape.alpha,
        lora_dropout=shape.dropout,
        target_modules="all-linear",
    )
    with torch.random.fork_rng(devices=[]), quiet():
        torch.manual_seed(seed)
        return get_peft_model(model, config)


class LoraTrainee:
    """The trainee of `transformers`. Rows are padded on the left, so that all replies end in the last column.

    Then one slice of columns holds every supervised position, and only it goes through the output layer
    (``logits_to_keep``), which with a large vocabulary is most of the work.
    """

    def __init__(
        self, model: Any, *, files: ModelFiles, tokenizer: Any, chat: Chat, context: int, dev_score: str
    ) -> None:
        self._model = model
        self._files = files
        self._tokenizer = tokenizer
        self._chat = chat
        self._context = context
        self._dev_score = dev_score
        self._known = frozenset(inspect.signature(model.get_base_model().forward).parameters)

    @property
    def model(self) -> Any:
        return self._model

    def encode(self, examples: Sequence[Example]) -> tuple[list[Mapping[str, list[int]]], Dropped]:
        return encode(examples, self._chat, context=self._context, separate=self._files.seq2seq)

    def collate(self, features: Sequence[Mapping[str, list[int]]]) -> Mapping[str, Any]:
        pad = padding(self._tokenizer)
        if self._files.seq2seq:
            batch = right_padded(features, pad)
        else:
            batch = left_padded(features, pad, keep="logits_to_keep" in self._known)
            batch = {name: value for name, value in batch.items() if name in self._known}
        return {name: self._placed(value) for name, value in batch.items()}

    def score(self, examples: Sequence[Example]) -> float:
        """Minus the mean loss of a reply's tokens, or the mean F1 of written replies (``dev_score = "f1"``)."""
        import torch

        was_training = self._model.training
        self._model.eval()
        try:
            with torch.no_grad():
                return self._f1(examples) if self._dev_score == "f1" else -self._loss(examples)
        finally:
            self._model.train(was_training)

    def save(self, folder: Path) -> None:
        """PEFT's two files, the same bytes for the same weights, and the digest of the base beside them."""
        from peft import get_peft_model_state_dict
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        with quiet():
            weights = get_peft_model_state_dict(self._model, save_embedding_layers=False)
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in sorted(weights.items())}
        save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
        settings = self._model.peft_config["default"].to_dict()
        settings.update(inference_mode=True, base_model_name_or_path=self._files.name)
        _write_json(folder / "adapter_config.json", {key: _canonical(value) for key, value in settings.items()})
        _write_json(folder / BASE_FILE, {"digest": self._files.digest, "model": self._files.name})

    def _loss(self, examples: Sequence[Example]) -> float:
        features, _ = self.encode(examples)
        features.sort(key=lambda row: len(row["input_ids"]))
        total, tokens = 0.0, 0
        for at in range(0, len(features), _DEV_ROWS):
            rows = features[at : at + _DEV_ROWS]
            supervised = sum(row["supervised"][0] for row in rows)
            total += float(self._model(**self.collate(rows)).loss) * supervised
            tokens += supervised
        return total / tokens

    def _f1(self, examples: Sequence[Example]) -> float:
        features, _ = self.encode(examples)
        scores = []
        for row in features:
            prompt = self._placed(self._as_ids(row["input_ids"][: row["asked"][0]]))
            written = self._model.generate(
                input_ids=prompt,
                attention_mask=prompt.new_ones(prompt.shape),
                do_sample=False,
                max_new_tokens=row["supervised"][0] * 2 + 8,
                eos_token_id=list(self._chat.stops),
                pad_token_id=padding(self._tokenizer),
            )[0, 1 if self._files.seq2seq else prompt.shape[1] :]
            wanted = [label for label in row["labels"] if label >= 0]
            scores.append(token_f1(self._read(written.tolist()), self._read(wanted)))
        return sum(scores) / len(scores)

    def _read(self, tokens: list[int]) -> str:
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))

    def _as_ids(self, tokens: list[int]) -> torch.Tensor:
        import torch

        return torch.tensor([tokens])

    def _placed(self, value: Any) -> Any:
        return value.to(self._model.device) if hasattr(value, "to") else value


def _canonical(value: Any) -> Any:
    """As JSON: sets sorted, since PEFT keeps the names of layers in a set, whose order is random."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return value.value if hasattr(value, "value") else value


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", "utf-8")
