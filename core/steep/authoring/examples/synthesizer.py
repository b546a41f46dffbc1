"""Writes `What is a mooring line?` where a sentence says `A mooring line is a rope that …`."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.language import sentence_spans
from steep.values import Pair, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import SynthesisRequest, Synthesizer
    from steep.values import Passage


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-synthesizer"`."""

    longest: int = Field(default=40, ge=5, description="words that a definition may have")


_DEFINITION = re.compile(r"((?:An?|The) (?:[a-z][\w-]*\s){0,3}[a-z][\w-]*) is (?:an?|the) \w")


class MySynthesizer:
    """Every pair quotes the sentence that it rests on."""

    def __init__(self, *, longest: int) -> None:
        self._longest = longest

    def synthesize(self, request: SynthesisRequest) -> Iterator[Pair]:
        passages = list(request.passages)
        random.Random(request.seed).shuffle(passages)
        written = 0
        for passage in passages:
            for pair in self._pairs(passage, request.seed):
                if written == request.count:
                    return
                written += 1
                yield pair

    def _pairs(self, passage: Passage, seed: int) -> Iterator[Pair]:
        for start, end in sentence_spans(passage.text):
            sentence = passage.text[start:end]
            found = _DEFINITION.match(sentence)
            if found is None or len(sentence.split()) > self._longest:
                continue
            term = " ".join(found[1].split())
            yield Pair(
                question=f"What is {term[0].lower()}{term[1:]}?",
                answer=sentence,
                passages=(passage.id,),
                spans=(_span(passage, start, end),),
                synthesizer="my-synthesizer",
                kind="definition",
                rule="definition",
                seed=seed,
            )


def _span(passage: Passage, start: int, end: int) -> Span:
    """Offsets in the passage become offsets in its document."""
    return Span(
        document=passage.document,
        version=passage.version,
        start=passage.start + start,
        end=passage.start + end,
        text=passage.text[start:end],
    )


def build(options: Options, context: Context) -> Synthesizer:
    return MySynthesizer(longest=options.longest)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="synthesizer",
        name="my-synthesizer",
        summary="What is …? from sentences that define a term",
        config=Options,
        build=build,
    )
