"""Drops unanswerable pairs that can be answered after all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import Asked, RetrievalRequest, Sifted
from steep.values import ELSEWHERE, OPERATOR
from steep_plugins.filters.passages import hits_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.kinds import Draft, FilterRequest, Retriever
    from steep.values import Pair
    from steep_plugins.filters.passages import Passages

REASON = "can be answered after all"


class AnsweredAfterAll:
    """The generator, shown what the question retrieves from the whole index, must not be surer than ``most``.

    A pair of the kind ``elsewhere`` is checked with its own passages. A generator without a confidence passes a pair
    by abstaining. The confidence is kept as a score.
    """

    costly = True

    def __init__(
        self,
        answer: Callable[[Asked], Draft],
        retriever: Retriever,
        passages: Passages,
        *,
        k: int,
        most: float,
    ) -> None:
        self._answer = answer
        self._retriever = retriever
        self._passages = passages
        self._k = k
        self._most = most

    def sift(self, request: FilterRequest) -> Sifted:
        pairs = request.pairs
        kept = []
        for pair in pairs:
            answered = 0.0 if pair.answerable else self._confidence(pair)
            if answered <= self._most:
                kept.append(pair if pair.answerable else pair.scored("answered", answered))
        dropped = len(pairs) - len(kept)
        return Sifted(kept=tuple(kept), dropped={REASON: dropped} if dropped else {})

    def _confidence(self, pair: Pair) -> float:
        if pair.kind == ELSEWHERE:
            hits = hits_of(self._passages.passages(pair.passages))
        else:
            hits = self._retriever.retrieve(RetrievalRequest(question=pair.question, k=self._k, caller=OPERATOR))
        draft = self._answer(Asked(question=pair.question, hits=hits))
        if draft.abstained:
            return 0.0
        return 1.0 if draft.confidence is None else draft.confidence
