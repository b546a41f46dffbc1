"""Writes pairs by asking a language model for them."""

from __future__ import annotations

import logging
import math
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from steep.errors import ModelError
from steep.kinds import Ask, Together
from steep.values import Pair, Span, content_id
from steep_plugins.synthesizers.prompted.prompt import messages
from steep_plugins.synthesizers.prompted.replies import read_reply
from steep_plugins.synthesizers.prompted.standing import locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Model, SynthesisRequest
    from steep.values import Passage

NAME = "prompted"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompted:
    """One passage a prompt, in an order drawn by the seed, until ``count`` pairs are written or all were asked.

    As many prompts go in a batch as the model writes replies of at once. ``template`` replaces the built-in
    instruction. The answer of a pair is the document's own words; one that nearly none of them says is dropped, since
    nothing could be cited for it.
    """

    pairs_a_passage: int = 3
    max_tokens: int = 512
    temperature: float = 0.7
    template: str = ""

    def synthesize(self, request: SynthesisRequest) -> Iterator[Pair]:
        if not request.passages:
            return
        if request.model is None:
            raise ModelError(
                "the synthesizer `prompted` needs a language model, and steep.toml names none: add [model.NAME] with "
                '`use = "openai"` or another, or use the synthesizer `structure`, which needs none.'
            )
        lost: Counter[str] = Counter()
        written, waiting = 0, iter(_drawn(request.passages, request.seed))
        while part := list(islice(waiting, self._size(request.count - written, request.model))):
            for passage, said in zip(part, self._said(part, request.model, request.seed), strict=True):
                for pair in _pairs(passage, said, request.seed, lost):
                    yield pair
                    written += 1
        if lost:
            log.warning("prompted: %d pairs written; dropped: %s", written, dict(lost))

    def _size(self, missing: int, model: Model) -> int:
        """How many passages are shown at once: as many as the model writes for together, none where none is missing."""
        at_once = model.at_once if isinstance(model, Together) else 1
        return max(0, min(at_once, math.ceil(missing / self.pairs_a_passage)))

    def _said(self, part: Sequence[Passage], model: Model, seed: int) -> list[str]:
        """What the model writes about each passage, in one batch."""
        asks = [
            Ask(
                messages=messages(passage, pairs=self.pairs_a_passage, template=self.template, seed=seed),
                max_tokens=self.max_tokens,
                temperature=self.temperature,
                seed=seed,
            )
            for passage in part
        ]
        said = [""] * len(asks)
        for piece in model.chat(asks):
            said[piece.ask] += piece.text
        return said


def _pairs(passage: Passage, said: str, seed: int, lost: Counter[str]) -> Iterator[Pair]:
    """The pairs in a reply whose answer stands in the passage; the others are counted."""
    reply = read_reply(said)
    if reply.unreadable:
        lost["broken JSON"] += reply.unreadable
    for question, answer in reply.pairs:
        place = locate(answer, passage.text)
        if place is None or not question.strip():
            lost["the answer does not stand in the passage"] += 1
        else:
            yield _pair(" ".join(question.split()), passage, place, seed)


def _drawn(passages: Sequence[Passage], seed: int) -> list[Passage]:
    return sorted(passages, key=lambda passage: content_id("prompted", str(seed), passage.id))


def _pair(question: str, passage: Passage, place: tuple[int, int], seed: int) -> Pair:
    start, end = place
    words = passage.text[start:end]
    span = Span(
        document=passage.document,
        version=passage.version,
        start=passage.start + start,
        end=passage.start + end,
        text=words,
    )
    return Pair(
        question=question,
        answer=" ".join(words.split()),
        passages=(passage.id,),
        spans=(span,),
        synthesizer=NAME,
        kind="prompted",
        rule="prompted",
        seed=seed,
    )
