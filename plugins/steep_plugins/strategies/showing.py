"""Which passages stand beside a pair: its own, and hard ones from the project's index that do not answer it.

A distractor is what the retriever would also have shown: near the question, but neither where the answer stands nor
holding its words.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, TypeVar

from steep.values import content_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from steep.kinds import TuneSource
    from steep.values import Pair, Passage

T = TypeVar("T")

_SPARE = 20  # hits asked for beyond what is wanted, since some are no distractors


def with_others(source: TuneSource, pair: Pair) -> tuple[Passage, ...]:
    """The pair's own passages, and the distractors nearest to its question; none for an unanswerable pair.

    A passage found for an unanswerable question may answer it after all.
    """
    own = source.passages(pair.passages)
    if not source.distractors or not pair.answerable:
        return own
    taken = {passage.id for passage in own}
    hits = source.find(pair.question, len(own) + source.distractors + _SPARE)
    others = (hit for hit in hits if not taken.intersection(each.id for each in hit.places))
    found = [hit.passage for hit in others if not _answers(hit.passage, pair)]
    return (*own, *found[: source.distractors])


def shuffled(items: Sequence[T], source: TuneSource, name: str) -> list[T]:
    """In an order that the seed and the name decide, so that the place tells nothing."""
    order = list(items)
    random.Random(content_id("order", str(source.seed), name)).shuffle(order)
    return order


def drawn(share: float, source: TuneSource, name: str) -> bool:
    """True for this share of all names, the same ones wherever the others come and go."""
    return random.Random(content_id("draw", str(source.seed), name)).random() < share


def held_out(items: Sequence[T], share: float, source: TuneSource, *, question: Callable[[T], str]) -> Iterator[T]:
    """Those of the source's part: a share of the questions is held out, with all that is said of them.

    What there is of a single question is learned from and held out: nothing else could tell when to stop.
    """
    names = {content_id("held out", question(item)) for item in items}
    apart = set(sorted(names)[: max(1, round(len(names) * share))])
    for item in items:
        if len(names) == 1 or (content_id("held out", question(item)) in apart) == (source.part == "dev"):
            yield item


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
