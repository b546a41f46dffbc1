"""The guardrail `injection-minilm`: MiniLM, taught to tell questions that give a model orders from those that do not.

It stands beside the rules of `injection`, which know phrases: it knows what orders are like, in words that no rule has,
and is surest in English. What it reads has its disguises taken off and its codes decoded, as for rules (``folding``).
It looks at questions alone: it was taught passages too, and bars too much in them yet. `examples/starters/injection`
says how it was taught, and the card beside its weights what it finds and bars in vain.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import torch

from steep.engine.device import compute_dtype, resolved
from steep.values import Finding
from steep_plugins.encoders import MINILM, verified
from steep_plugins.encoders.batches import by_length
from steep_plugins.encoders.networks import network, read_head, taught
from steep_plugins.guardrails import folding
from steep_plugins.guardrails.injection_rules import rules
from steep_plugins.guardrails.order_network import HEAD, Batch, Reading, Teller
from steep_plugins.guardrails.orders import checked
from steep_plugins.guardrails.units import units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Check, GuardRequest

STARTER = Path(__file__).parent / "starter"
_BATCH_WINDOWS, _BATCH_TOKENS, _CPU_TOKENS = (
    64,
    16_384,
    512,
)  # a CPU's caches hold no more, and it gains nothing by more
_WORD = re.compile(r"[^\W_]{1,64}")
_RULE = "taught"


class InjectionMiniLM:
    """Passes a question without suspect sentences; ``rewritten`` has them taken out. Thread-safe.

    A finding's score is how likely the sentence is an order; its rule is ``taught``, or in which code it stood.
    """

    stages: tuple[str, ...] = ("input",)
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "refuse"

    def __init__(
        self,
        *,
        threshold: float = 0.5,
        folder: Path = STARTER,
        device: str = "cpu",
        precision: torch.dtype | None = None,
    ) -> None:
        files = verified(MINILM)
        self._threshold = threshold
        self._device = resolved(device)
        self._together = _CPU_TOKENS if self._device == "cpu" else _BATCH_TOKENS
        self._reading = Reading(files.tokenizer)
        self._teller = _teller(network(MINILM, files), folder)
        self._nothing = self._teller.encoder.config.pad_token_id
        self._teller.encoder.to(dtype=precision or compute_dtype(self._device))
        self._teller.to(self._device).eval()

    def check(self, request: GuardRequest) -> Check:
        return checked(request, in_question=self._findings, in_passage=self._findings)

    def tell(self, texts: Sequence[Sequence[str]], stage: str) -> list[list[float]]:
        """Of each unit of each text how likely it is an order; units of a text are read together."""
        windows = [(at, window) for at, text in enumerate(texts) for window in self._reading.windows(text)]
        told = [[0.0] * len(text) for text in texts]
        lengths = [len(window.ids) for _, window in windows]
        with torch.inference_mode():
            for chosen in by_length(lengths, texts=_BATCH_WINDOWS, tokens=self._together):
                shown = [windows[at][1] for at in chosen]
                batch = Batch.of(shown, [stage] * len(shown), self._nothing).to(self._device)
                odds = iter(torch.sigmoid(self._teller(batch)).cpu().tolist())
                for at in chosen:
                    text, window = windows[at]
                    for part in window.parts:
                        told[text][part.unit] = max(told[text][part.unit], next(odds))
        return told

    def _findings(self, text: str) -> tuple[Finding, ...]:
        spans = units(text)
        plain = [folding.fold(text[start:end]) for start, end in spans]
        hidden = [*_deciphered(spans, plain), *_decoded(text)]
        first, *others = self.tell([plain, *(read for _, _, read in hidden)], "input")
        found = {span: (_RULE, score) for span, score in zip(spans, first, strict=True)}
        for (span, rule, _), scores in zip(hidden, others, strict=True):
            best = max(scores, default=0.0)
            if best > found.get(span, ("", 0.0))[1]:
                found[span] = rule, best
        return tuple(
            Finding(rule=rule, start=start, end=end, score=round(score, 4))
            for (start, end), (rule, score) in sorted(found.items())
            if score >= self._threshold
        )


Hidden = tuple[tuple[int, int], str, list[str]]


def _deciphered(spans: Sequence[tuple[int, int]], plain: Sequence[str]) -> Iterator[Hidden]:
    """What units stand for when read as a cipher, where that brings up a word of orders."""
    for span, sentence in zip(spans, plain, strict=True):
        vocabulary = frozenset(_WORD.findall(sentence))
        for cipher, read in folding.views(sentence, vocabulary, rules().ciphered):
            if (set(_WORD.findall(read)) - vocabulary) & rules().telling:
                yield span, f"encoded-{cipher}", [read]


def _decoded(text: str) -> Iterator[Hidden]:
    """The stretches of a text that are text in code, decoded to the end."""
    for code, start, end, decoded in folding.blocks(text):
        yield (start, end), f"encoded-{code}", [folding.fold(decoded[slice(*span)]) for span in units(decoded)]


def _teller(encoder: torch.nn.Module, folder: Path) -> Teller:
    of = "the guardrail `injection-minilm`"
    taught(encoder, folder, of=of)
    teller = Teller(encoder)
    read_head(teller.head, folder / HEAD, of=of)
    return teller
