"""A language model made ready for tuning: LoRA on all linear layers, rows packed as trees where the model allows it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from steep.engine.adapters import check_adapter, save_adapter
from steep.engine.objectives import by_row, can_pack, preference_losses, token_losses
from steep.engine.packing import micro_batches, packed
from steep.errors import AdapterError
from steep_plugins.models.quiet import quiet
from steep_plugins.models.rows import MILLION, both_replies, encode, right_padded
from steep_plugins.models.running import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import torch

    from steep.engine.packing import Packed
    from steep.kinds import AdapterRef, Dropped, Features, LoraShape, Objective
    from steep.values import Message, Row
    from steep_plugins.models.chat import Chat

_SCORED = 2048  # tokens of a forward when scoring
_AT_ONCE = 64  # replies that are written together, or
_HELD = 8192  # fewer, where their prompts would have more tokens than these
_TRIED = 12  # tokens of each of two rows, to see whether they can be packed


def adapted(
    model: Any, shape: LoraShape, *, seed: int, digest: str, start: AdapterRef | None = None, seq2seq: bool = False
) -> Any:
    """The model with a fresh adapter drawn from the seed, or with a copy of ``start``; the base is frozen."""
    import torch
    from peft import LoraConfig, PeftModel, TaskType, get_peft_model

    from steep_plugins.models.attending import attending
    from steep_plugins.models.lean import leaned

    if start is not None:
        check_adapter(start, digest)
        try:
            with quiet():
                return attending(leaned(PeftModel.from_pretrained(model, str(start.folder), is_trainable=True)))
        except (RuntimeError, ValueError, KeyError, OSError) as error:
            raise AdapterError(
                f"the adapter {start.version} in {start.folder} does not fit this base: {error}"
            ) from error
    config = LoraConfig(
        task_type=TaskType.SEQ_2_SEQ_LM if seq2seq else TaskType.CAUSAL_LM,
        r=shape.rank,
        lora_alpha=shape.alpha,
        lora_dropout=shape.dropout,
        target_modules="all-linear",
    )
    with torch.random.fork_rng(devices=[]), quiet():
        torch.manual_seed(seed)
        return attending(leaned(get_peft_model(model, config)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Token rows, packed; each ``Packed`` numbers the ``count`` rows of the whole batch.

    ``betas`` are those of preferences, of which each is two rows.
    """

    packs: list[Packed]
    count: int
    betas: tuple[float, ...] = ()


class LoraTrainee:
    """The trainee of language models. ``model`` is made by ``adapted``; ``name`` is what its base is called.

    Rows are packed into one row a batch, so nothing is padded. A model that cannot read packed rows (which is tried
    with the first two) reads them one by one, and an encoder-decoder padded batches.
    """

    def __init__(
        self,
        model: Any,
        *,
        tokenizer: Any,
        chat: Chat,
        context: int,
        name: str,
        digest: str,
        seq2seq: bool = False,
        job: str = "",
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._chat = chat
        self._context = context
        self._name, self._digest, self._job = name, digest, job
        self._seq2seq = seq2seq
        self._packs: bool | None = None
        self._window = getattr(model.config, "sliding_window", None)
        self._start = {name: each.detach().clone() for name, each in self._trained()}

    @property
    def model(self) -> Any:
        return self._model

    @property
    def objectives(self) -> tuple[Objective, ...]:
        return ("reply",) if self._seq2seq else ("reply", "next-token", "preference")

    def encode(self, rows: Sequence[Row]) -> tuple[list[Features], Dropped]:
        return encode(rows, self._chat, context=self._context, separate=self._seq2seq)

    def collate(self, features: Sequence[Features]) -> Any:
        if self._seq2seq:
            batch = right_padded(features, padding(self._tokenizer))
            return {name: value.to(self._model.device) for name, value in batch.items()}
        betas = tuple(row["beta"][0] / MILLION for row in features if "rejected" in row)
        rows = [each for row in features for each in both_replies(row)] if betas else list(features)
        if self._can_pack(rows):
            return Batch(packs=[packed(rows)], count=len(rows), betas=betas)
        packs = [packed([row]) for row in rows]
        for number, pack in enumerate(packs):
            pack.rows = [number] * len(pack.rows)
        return Batch(packs=packs, count=len(rows), betas=betas)

    def loss(self, batch: Any) -> torch.Tensor:
        """The mean over supervised tokens, or over preferences."""
        if self._seq2seq:
            return self._model(**batch).loss  # type: ignore[no-any-return]
        if batch.betas:
            return self._preferences(batch).mean()
        return self._sums(batch).sum() / sum(len(pack.targets) for pack in batch.packs)

    def scores(self, rows: Sequence[Row]) -> list[float]:
        """Minus the mean loss of a row's tokens, or of its preference."""
        import torch

        was_training = self._model.training
        self._model.eval()
        try:
            with torch.no_grad():
                return self._losses(self.encode(rows)[0])
        finally:
            self._model.train(was_training)

    def write(self, asked: Sequence[tuple[Message, ...]], *, max_tokens: int) -> list[str]:
        """The model's replies, the likeliest token each time; many are written together, prompts of a length."""
        import torch

        prompts = [self._chat.prompt(messages) for messages in asked]
        written = [""] * len(prompts)
        was_training = self._model.training
        self._model.eval()
        try:
            with torch.no_grad():
                for part in _parts(prompts, together=plain(self._model)):
                    for row, reply in zip(part, self._replies([prompts[row] for row in part], max_tokens), strict=True):
                        written[row] = reply
        finally:
            self._model.train(was_training)
        return written

    def save(self, folder: Path) -> None:
        """PEFT's two files, and the digest of the base beside them."""
        with quiet():
            save_adapter(self._model, folder, name=self._name, digest=self._digest, job=self._job)

    def _sums(self, batch: Batch) -> torch.Tensor:
        """The summed token losses of each row."""
        found = [by_row(token_losses(self._model, pack), pack, batch.count) for pack in batch.packs]
        return sum(found[1:], found[0])

    def _preferences(self, batch: Batch) -> torch.Tensor:
        import torch

        with torch.no_grad(), self._reference():
            reference = self._sums(batch)
        return preference_losses(self._sums(batch), reference, batch.betas)

    @contextmanager
    def _reference(self) -> Iterator[None]:
        """The model that preferences are measured against: the base, or the adapter as this training began.

        A fresh adapter changes nothing, so for one that began afresh it is enough to switch it off.
        """
        import torch

        if all(not bool(each.any()) for name, each in self._start.items() if "lora_B" in name):
            with self._model.disable_adapter():
                yield
            return
        own = {name: each.detach().clone() for name, each in self._trained()}
        was_training = self._model.training
        try:
            self._model.eval()
            with torch.no_grad():
                for name, each in self._trained():
                    each.copy_(self._start[name])
            yield
        finally:
            self._model.train(was_training)
            with torch.no_grad():
                for name, each in self._trained():
                    each.copy_(own[name])

    def _losses(self, features: Sequence[Features]) -> list[float]:
        found = [0.0] * len(features)
        for part in micro_batches(features, tokens=_SCORED):
            batch = self.collate([features[number] for number in part])
            for number, loss in zip(part, self._means(batch, [features[number] for number in part]), strict=True):
                found[number] = -loss
        return found

    def _means(self, batch: Any, features: Sequence[Features]) -> list[float]:
        """The mean loss of each row of a batch."""
        if self._seq2seq:
            return [float(self.loss(self.collate([row]))) for row in features]
        if batch.betas:
            return [float(loss) for loss in self._preferences(batch)]
        return [float(loss) / row["supervised"][0] for loss, row in zip(self._sums(batch), features, strict=True)]

    def _replies(self, prompts: Sequence[list[int]], most: int) -> list[str]:
        """Of prompts that are filled up at their beginning, so that all end together."""
        import torch

        width = max(map(len, prompts))
        gaps = [width - len(prompt) for prompt in prompts]
        fill = padding(self._tokenizer)
        rows = [[fill] * gap + prompt for gap, prompt in zip(gaps, prompts, strict=True)]
        seen = [[0] * gap + [1] * (width - gap) for gap in gaps]
        written = self._model.generate(
            input_ids=torch.tensor(rows, device=self._model.device),
            attention_mask=torch.tensor(seen, device=self._model.device),
            do_sample=False,
            max_new_tokens=most,
            eos_token_id=list(self._chat.stops),
            pad_token_id=fill,
        )[:, 1 if self._seq2seq else width :]
        return [self._read(self._ended(row)) for row in written.tolist()]

    def _ended(self, tokens: list[int]) -> list[int]:
        """A reply up to its own end: behind it, those that ended earlier are filled up."""
        return list(takewhile(lambda token: token not in self._chat.stops, tokens))

    def _read(self, tokens: list[int]) -> str:
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))

    def _can_pack(self, rows: Sequence[Features]) -> bool:
        if len(rows) < 2 or (self._window and max(len(row["input_ids"]) for row in rows) > self._window):
            return False  # a window that slides would have to slide along each branch
        if self._packs is None:
            self._packs = can_pack(self._model, rows[0]["input_ids"][-_TRIED:], rows[1]["input_ids"][-_TRIED:])
        return self._packs

    def _trained(self) -> Iterator[tuple[str, Any]]:
        return ((name, each) for name, each in self._model.named_parameters() if each.requires_grad)


def _parts(prompts: Sequence[list[int]], *, together: bool) -> list[list[int]]:
    """The numbers of the prompts, those of similar length beside each other, in batches that are not too large."""
    parts: list[list[int]] = []
    for number in sorted(range(len(prompts)), key=lambda number: -len(prompts[number])):
        widest = len(prompts[parts[-1][0]]) if parts else 0
        if together and parts and len(parts[-1]) < min(_AT_ONCE, _HELD // widest):
            parts[-1].append(number)
        else:
            parts.append([number])
    return parts


def padding(tokenizer: Any) -> int:
    """The id that fills rows up; masked wherever it stands, so any will do for a tokenizer that has none."""
    return int(next((id for id in (tokenizer.pad_token_id, tokenizer.eos_token_id) if id is not None), 0))
