"""The generator `transformers`: one model, many adapters, one request at a time."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from steep.engine.device import resolved
from steep_plugins.generators.causal.fitting import Fitted, fit
from steep_plugins.generators.drafting import sayings_of
from steep_plugins.models.adapters import Adapters
from steep_plugins.models.chat import chat_of
from steep_plugins.models.loading import ModelFiles, limits_of, load_model, load_tokenizer
from steep_plugins.models.trainee import padding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from steep.kinds import AdapterRef, Asked, AtHand, LoraShape, Saying, Trainee


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """How a model is loaded: its number format, its device, and how many tokens it may hold (None: its own limit)."""

    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    device: str = "cpu"
    max_context: int | None = None


class LanguageModel:
    """Answers with any causal or encoder-decoder model; greedy unless a request sets a temperature.

    The confidence of a draft is the mean probability of its tokens: it ranks answers of one model, and is not
    calibrated. Requests of several threads wait for each other (see adapters.py); on one device they would share its
    speed anyway.
    """

    def __init__(self, files: ModelFiles, placement: Placement, *, adapters: int, dev_score: str) -> None:
        self._files = files
        self._placement = placement
        self._dev_score = dev_score
        self._tokenizer = load_tokenizer(files)
        limits = limits_of(files, self._tokenizer)
        self._chat = chat_of(self._tokenizer, seq2seq=files.seq2seq, ends=limits.ends)
        self._context = min(placement.max_context or limits.context, limits.context)
        self._digest = files.digest
        self._capacity = adapters
        self._adapters: Adapters | None = None
        self._lock = Lock()

    @property
    def digest(self) -> str:
        return self._digest

    @property
    def others(self) -> tuple[str, ...]:
        return ()

    @property
    def closed_book(self) -> bool:
        return True

    def answer(self, request: Asked, at_hand: AtHand) -> Iterator[Saying]:
        # an encoder-decoder's reply takes nothing from the room of its prompt
        reserved = 0 if self._files.seq2seq else min(request.max_tokens, self._context // 2)
        prompt = fit(request, self._chat, self._context - reserved)
        tokens, probability = self._written(prompt, request, at_hand.adapter, reserved or request.max_tokens)
        kept = [token for token in tokens if token not in self._chat.stops]
        unfinished = f"cut after {len(tokens)} tokens" if len(kept) == len(tokens) else ""
        yield from sayings_of(
            self._tokenizer.decode(kept, skip_special_tokens=True),
            confidence=probability,
            reason="; ".join(part for part in (prompt.reason, unfinished) if part),
            prompt_tokens=len(prompt.tokens),
            tokens=len(tokens),
        )

    def trainee(self, shape: LoraShape, seed: int, start: AdapterRef | None = None) -> Trainee:
        from steep_plugins.models.trainee import LoraTrainee, adapted

        bare = load_model(self._files, dtype=self._placement.dtype, device=resolved(self._placement.device))
        seq2seq = self._files.seq2seq
        return LoraTrainee(
            adapted(bare, shape, seed=seed, digest=self._digest, start=start, seq2seq=seq2seq),
            tokenizer=self._tokenizer,
            chat=self._chat,
            context=self._context,
            name=self._files.name,
            digest=self._digest,
            seq2seq=seq2seq,
            dev_score=self._dev_score,
        )

    def _written(
        self, prompt: Fitted, request: Asked, adapter: AdapterRef | None, most: int
    ) -> tuple[list[int], float | None]:
        import torch

        from steep_plugins.models.choosing import Choice

        choice = Choice(temperature=request.temperature, seed=request.seed)
        ids = torch.tensor([prompt.tokens], device=resolved(self._placement.device))
        with self._lock, torch.inference_mode():
            model, chosen = self._loaded().select([adapter])
            written = model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                do_sample=False,
                max_new_tokens=most,
                eos_token_id=list(self._chat.stops),
                pad_token_id=padding(self._tokenizer),
                logits_processor=[choice],
                **chosen,
            )[0]
        # an encoder-decoder begins with its start token instead of the prompt
        return written[1 if self._files.seq2seq else len(prompt.tokens) :].tolist(), choice.mean_probability

    def _loaded(self) -> Adapters:
        """The weights, read at the first question: tuning loads its own, and needs the memory."""
        if self._adapters is None:
            model = load_model(self._files, dtype=self._placement.dtype, device=resolved(self._placement.device))
            self._adapters = Adapters(model, digest=self._digest, capacity=self._capacity)
        return self._adapters
