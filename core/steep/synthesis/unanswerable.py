"""Drops unanswerable pairs that can be answered after all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import GenerationRequest, RetrievalRequest
from steep.synthesis.reader_check import hits_of
from steep.synthesis.sifting import Sifted, scored
from steep.values import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Generator, Retriever
    from steep.synthesis.passages import Passages
    from steep.values import Pair

REASON = "can be answered after all"

# a pair of this kind is answered by the index, but not by the passages it brings
ELSEWHERE = "elsewhere"


class UnanswerableCheck:
    """The generator, shown what the question retrieves from the whole index, must not be surer than ``most``.

    A pair of the kind ``elsewhere`` is checked with its own passages. A generator without a confidence passes a pair
    by abstaining. The confidence is kept as a score.
    """

    def __init__(
        self,
        generator: Generator,
        retriever: Retriever,
        passages: Passages,
        *,
        k: int,
        most: float,
    ) -> None:
        self._generator = generator
        self._retriever = retriever
        self._passages = passages
        self._k = k
        self._most = most

    def sift(self, pairs: Sequence[Pair]) -> Sifted:
        kept = []
        for pair in pairs:
            answered = 0.0 if pair.answerable else self._confidence(pair)
            if answered <= self._most:
                kept.append(pair if pair.answerable else scored(pair, "answered", answered))
        dropped = len(pairs) - len(kept)
        return Sifted(kept=tuple(kept), dropped={REASON: dropped} if dropped else {})

    def _confidence(self, pair: Pair) -> float:
        if pair.kind == ELSEWHERE:
            hits = hits_of(self._passages.passages(pair.passages))
        else:
            hits = self._retriever.retrieve(RetrievalRequest(question=pair.question, k=self._k, caller=OPERATOR))
        draft = self._generator.generate(GenerationRequest(question=pair.question, hits=hits))
        if draft.abstained:
            return 0.0
        return 1.0 if draft.confidence is None else draft.confidence
