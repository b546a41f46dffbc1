"""Drops pairs whose answer the generator does not find, though it is shown the very passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import GenerationRequest
from steep.measuring.scoring import token_f1
from steep.prompts import MARKER
from steep.synthesis.sifting import Sifted, scored
from steep.values import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Generator
    from steep.synthesis.passages import Passages
    from steep.values import Pair, Passage

REASON = "the generator does not find the answer"


def hits_of(passages: Sequence[Passage]) -> tuple[Hit, ...]:
    return tuple(Hit(passage=passage, score=1.0 / rank, rank=rank) for rank, passage in enumerate(passages, start=1))


class ReaderCheck:
    """The token F1 of the generator's answer from the pair's passages must reach ``least``; it is kept as a score."""

    def __init__(self, generator: Generator, passages: Passages, least: float) -> None:
        self._generator = generator
        self._passages = passages
        self._least = least

    def sift(self, pairs: Sequence[Pair]) -> Sifted:
        kept = []
        for pair in pairs:
            checked = scored(pair, "reader_f1", self._agreement(pair)) if pair.answerable else pair
            if not pair.answerable or checked.scores["reader_f1"] >= self._least:
                kept.append(checked)
        dropped = len(pairs) - len(kept)
        return Sifted(kept=tuple(kept), dropped={REASON: dropped} if dropped else {})

    def _agreement(self, pair: Pair) -> float:
        hits = hits_of(self._passages.passages(pair.passages[:1]))
        draft = self._generator.generate(GenerationRequest(question=pair.question, hits=hits, insist=True))
        return 0.0 if draft.abstained else token_f1(MARKER.sub(" ", draft.text), pair.answer)
