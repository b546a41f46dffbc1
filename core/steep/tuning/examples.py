"""Examples from pairs: the right passages, hard wrong ones from our own retriever, and the conversation.

A distractor is what the retriever would also have shown: near the question, but neither where the answer stands nor
holding its words. The order in which passages are shown is drawn by the pair's id, so that position tells nothing;
the right ones are always shown, since a reader that cannot see an answer must not be taught to give it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.kinds import Example, FormatRequest, Progress, RetrievalRequest
from steep.values import OPERATOR, content_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.kinds import Formatter, Retriever
    from steep.values import Pair, Passage
    from steep.workspace.library import Library

_SPARE = 20  # hits asked for beyond what is wanted, since some are no distractors


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """``lost`` counts pairs whose passages the current index no longer has."""

    train: tuple[Example, ...]
    dev: tuple[Example, ...]
    lost: int


class ExampleMaker:
    """Makes examples from one generation; the same ones for the same seed."""

    def __init__(
        self, *, library: Library, retriever: Retriever, formatter: Formatter, distractors: int, seed: int
    ) -> None:
        self._library = library
        self._known = frozenset(library.ids)
        self._retriever = retriever
        self._formatter = formatter
        self._distractors = distractors
        self._seed = seed

    def make(self, pairs: Sequence[Pair], dev: frozenset[str], progress: Callable[[Progress], None]) -> Made:
        """Examples in the order of the pairs; ``dev`` holds the ids of those that only decide when training stops."""
        train: list[Example] = []
        held_out: list[Example] = []
        lost = 0
        for done, pair in enumerate(pairs, 1):
            if not pair.passages or not self._known.issuperset(pair.passages):
                lost += 1
            else:
                (held_out if pair.id in dev else train).append(self._example(pair))
            progress(Progress(stage="examples", done=done, total=len(pairs)))
        return Made(train=tuple(train), dev=tuple(held_out), lost=lost)

    def _example(self, pair: Pair) -> Example:
        own = self._library.passages(pair.passages)
        passages = (*own, *self._others(pair, own))
        shown = list(passages)
        random.Random(content_id("order", str(self._seed), pair.id)).shuffle(shown)
        conversation = self._formatter.format(FormatRequest(pair=pair, passages=tuple(shown)))
        return Example(pair=pair, passages=passages, conversation=conversation)

    def _others(self, pair: Pair, own: Sequence[Passage]) -> list[Passage]:
        if not self._distractors or not pair.answerable:
            return []  # a passage found for an unanswerable question may answer it after all
        wanted = len(own) + self._distractors + _SPARE
        hits = self._retriever.retrieve(RetrievalRequest(question=pair.question, k=wanted, caller=OPERATOR))
        taken = {passage.id for passage in own}
        found = [hit.passage for hit in hits if hit.passage.id not in taken and not _answers(hit.passage, pair)]
        return found[: self._distractors]


def _answers(passage: Passage, pair: Pair) -> bool:
    """Whether a passage holds a span of the pair, or the words of its answer."""
    stands = any(
        passage.document == span.document and passage.start < span.end and span.start < passage.end
        for span in pair.spans
    )
    answer = _plain(pair.answer)
    if stands or not answer:
        return stands
    return re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", _plain(passage.text)) is not None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
