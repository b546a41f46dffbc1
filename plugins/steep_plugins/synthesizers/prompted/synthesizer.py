"""Writes pairs by asking a language model for them."""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.errors import ModelError
from steep.kinds import Ask
from steep.values import Pair, Span, content_id
from steep_plugins.synthesizers.prompted.prompt import messages
from steep_plugins.synthesizers.prompted.replies import read_reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Model, SynthesisRequest
    from steep.values import Passage

NAME = "prompted"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompted:
    """One passage a prompt, in an order drawn by the seed, until ``count`` pairs are written or all were asked.

    ``template`` replaces the built-in instruction. An answer that does not stand in its passage is dropped, since
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
        written = 0
        for passage in _drawn(request.passages, request.seed):
            for pair in self._from_passage(passage, request.model, request.seed, lost):
                yield pair
                written += 1
            if written >= request.count:
                break
        if lost:
            log.warning("prompted: %d pairs written; dropped: %s", written, dict(lost))

    def _from_passage(self, passage: Passage, model: Model, seed: int, lost: Counter[str]) -> Iterator[Pair]:
        ask = Ask(
            messages=messages(passage, pairs=self.pairs_a_passage, template=self.template, seed=seed),
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            seed=seed,
        )
        reply = read_reply("".join(piece.text for piece in model.chat([ask])))
        if reply.unreadable:
            lost["broken JSON"] += reply.unreadable
        for question, answer in reply.pairs:
            place = locate(answer, passage.text)
            if place is None or not question.strip():
                lost["the answer does not stand in the passage"] += 1
            else:
                yield _pair(" ".join(question.split()), passage, place, seed)


def locate(answer: str, text: str) -> tuple[int, int] | None:
    """Where an answer stands in a text: letter for letter but for white space, case only where that finds nothing."""
    words = answer.strip(" \t\n\"'“”`.").split()
    if not words:
        return None
    pattern = r"\s+".join(re.escape(word) for word in words)
    match = re.search(pattern, text) or re.search(pattern, text, re.IGNORECASE)
    return match.span() if match else None


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
