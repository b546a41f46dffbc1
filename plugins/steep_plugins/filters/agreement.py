"""Drops pairs whose answer the generator does not find, though it is shown the very passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import Asked, Sifted
from steep.measuring.scoring import token_f1
from steep.prompts import MARKER
from steep_plugins.filters.passages import hits_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.kinds import Draft, FilterRequest
    from steep.values import Pair
    from steep_plugins.filters.passages import Passages

REASON = "the generator does not find the answer"


class Agreement:
    """The token F1 of what ``answer`` says from the pair's passages must reach ``least``; it is kept as a score."""

    costly = True

    def __init__(self, answer: Callable[[Asked], Draft], passages: Passages, least: float) -> None:
        self._answer = answer
        self._passages = passages
        self._least = least

    def sift(self, request: FilterRequest) -> Sifted:
        pairs = request.pairs
        kept = []
        for pair in pairs:
            checked = pair.scored("reader_f1", self._agreement(pair)) if pair.answerable else pair
            if not pair.answerable or checked.scores["reader_f1"] >= self._least:
                kept.append(checked)
        dropped = len(pairs) - len(kept)
        return Sifted(kept=tuple(kept), dropped={REASON: dropped} if dropped else {})

    def _agreement(self, pair: Pair) -> float:
        hits = hits_of(self._passages.passages(pair.passages[:1]))
        draft = self._answer(Asked(question=pair.question, hits=hits, insist=True))
        return 0.0 if draft.abstained else token_f1(MARKER.sub(" ", draft.text), pair.answer)
