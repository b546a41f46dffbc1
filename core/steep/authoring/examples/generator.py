"""Answers with a sentence of a passage: it can only quote, and abstains where no sentence fits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import AdapterError
from steep.kinds import Abstain, Quote, Said, Weighed
from steep.language import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Asked, AtHand, Generator, Saying
    from steep.values import Hit


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-generator"`."""

    at_least: int = Field(default=2, ge=1, description="words that a sentence must share with the question")


_WORD = re.compile(r"\w{4,}")


class MyGenerator:
    """Prefers the sentence with the most words of the question, and among equals the best hit's."""

    digest = "my-generator:1"
    closed_book = False
    others: tuple[str, ...] = ()

    def __init__(self, *, at_least: int) -> None:
        self._at_least = at_least

    def answer(self, asked: Asked, at_hand: AtHand) -> Iterator[Saying]:
        if at_hand.adapter is not None:
            raise AdapterError(f"the generator `my-generator` cannot use the adapter {at_hand.adapter.version}.")
        wanted = _words(asked.question)
        best, shared = None, self._at_least - 1
        for hit in asked.hits:
            for start, end in _free(hit, asked.barred.get(hit.passage.id, ())):
                count = len(wanted & _words(hit.passage.text[start:end]))
                if count > shared:
                    best, shared = (hit, start, end), count
        if best is None:
            yield Abstain(reason="no sentence of the passages shares enough words")
            return
        hit, start, end = best
        yield Weighed(confidence=shared / len(wanted))
        yield Quote(passage=hit.passage.id, start=start, end=end)
        yield Said(text=hit.passage.text[start:end])


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _free(hit: Hit, barred: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """The sentences of a passage that touch no barred range."""
    for start, end in sentence_spans(hit.passage.text):
        if not any(start < last and first < end for first, last in barred):
            yield start, end


def build(options: Options, context: Context) -> Generator:
    return MyGenerator(at_least=options.at_least)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="generator",
        name="my-generator",
        summary="Quotes the sentence that shares most words with the question",
        config=Options,
        build=build,
    )
