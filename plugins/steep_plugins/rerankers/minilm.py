"""The reranker `minilm`: MiniLM reads the question and each passage as one, and tells whether the passage answers.

What a search finds sounds like the question; a manual says it in other words, and its neighbours sound alike. The
search's own order is not thrown away: `weight` says how much each counts. `examples/starters/reranker` says how the
starter was taught, and the card beside its weights what it gained.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from steep.engine.device import compute_dtype, resolved
from steep_plugins.encoders import MINILM, verified
from steep_plugins.encoders.batches import by_length
from steep_plugins.encoders.networks import network, read_head, taught
from steep_plugins.rerankers.reading import HEAD, Batch, Pairs, Scorer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import RerankRequest
    from steep.values import Hit

STARTER = Path(__file__).parent / "starter"
_BATCH_PAIRS, _BATCH_TOKENS, _CPU_TOKENS = 64, 16_384, 512  # a CPU's caches hold no more, and it gains nothing by more


class MiniLMReranker:
    """Thread-safe. A score is 0 to 1, made of ``weight`` of the network's own and the rest of the search's.

    The first ``hits`` are read; those behind them stay behind them, as they were. Where nothing is asked, all do.
    """

    def __init__(
        self,
        *,
        hits: int,
        tokens: int,
        weight: float,
        folder: Path = STARTER,
        device: str = "cpu",
        precision: torch.dtype | None = None,
    ) -> None:
        files = verified(MINILM)
        self._hits, self._weight = hits, weight
        self._device = resolved(device)
        self._together = _CPU_TOKENS if self._device == "cpu" else _BATCH_TOKENS
        self._pairs = Pairs(files.tokenizer, tokens)
        self._scorer = _scorer(network(MINILM, files), folder)
        self._nothing = self._scorer.encoder.config.pad_token_id
        self._scorer.encoder.to(dtype=precision or compute_dtype(self._device))
        self._scorer.to(self._device).eval()

    def rerank(self, request: RerankRequest) -> tuple[Hit, ...]:
        shown, rest = request.hits[: self._hits], request.hits[self._hits :]
        if not shown:
            return ()
        found = [hit.score for hit in shown]
        if states(request.question):
            scores = mixed([0.0] * len(shown), found, 0.0)
        else:
            scores = mixed(self.read(request.question, shown), found, self._weight)
        order = sorted(range(len(shown)), key=lambda at: (-scores[at], shown[at].rank))
        least = scores[order[-1]]
        best = [(shown[at], scores[at]) for at in order] + [(hit, least) for hit in rest]
        return tuple(replace(hit, score=score, rank=at) for at, (hit, score) in enumerate(best[: request.k], start=1))

    def read(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """Of each passage the log-odds that it answers."""
        (asked,) = self._pairs.pieces([question])
        passages = self._pairs.pieces([hit.passage.indexed_text for hit in hits])
        pairs = [self._pairs.pair(asked, passage) for passage in passages]
        found = torch.empty(len(pairs))
        with torch.inference_mode():
            for chosen in by_length([len(pair.ids) for pair in pairs], texts=_BATCH_PAIRS, tokens=self._together):
                batch = Batch.of([pairs[at] for at in chosen], self._nothing).to(self._device)
                found[chosen] = self._scorer(batch).cpu()
        scores: list[float] = found.tolist()
        return scores


def states(question: str) -> bool:
    """Whether it ends as a statement does: nothing answers a claim, and of those the network learned nothing."""
    return question.rstrip().endswith(".") and "?" not in question


def mixed(read: Sequence[float], found: Sequence[float], weight: float) -> list[float]:
    """What was read, with the search's scores, which may be of any size: the best counts as 1 there, the least as 0.

    What was read counts as a probability: among passages that all are unlikely to answer the search's order stays.
    Their log-odds tell them apart too, and do harm where the texts are of another sort than those it was taught on.
    """
    least, reach = min(found), max(found) - min(found)
    places = [(score - least) / reach if reach > 0 else 0.0 for score in found]
    probabilities = (0.5 + math.tanh(odds / 2) / 2 for odds in read)
    return [weight * own + (1 - weight) * place for own, place in zip(probabilities, places, strict=True)]


def _scorer(encoder: torch.nn.Module, folder: Path) -> Scorer:
    of = "the reranker `minilm`"
    taught(encoder, folder, of=of)
    scorer = Scorer(encoder)
    read_head(scorer.head, folder / HEAD, of=of)
    return scorer
