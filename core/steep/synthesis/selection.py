"""Which pairs come first, and which documents are held out: balanced, seeded, independent of the order of files."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from steep.values import ELSEWHERE, content_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from steep.values import Pair


def balanced(pairs: Sequence[Pair], *, home: dict[str, str], seed: int) -> tuple[Pair, ...]:
    """All pairs, so ordered that every beginning is spread over kinds, and within a kind over documents.

    ``home`` maps passage ids to document ids.
    """
    kinds: dict[str, dict[str, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    for pair in pairs:
        kinds[pair.kind][home[pair.passages[0]]].append(pair)
    lines = [_turns(kinds[kind].values(), seed) for kind in sorted(kinds)]
    return tuple(_round_robin(lines))


def dev_documents(documents: Iterable[str], *, share: float, seed: int) -> frozenset[str]:
    """The documents whose pairs only decide when training stops: at least one, never all of several."""
    drawn = sorted(set(documents), key=lambda document: content_id("dev", str(seed), document))
    if len(drawn) < 2:
        return frozenset()
    return frozenset(drawn[: min(len(drawn) - 1, max(1, math.ceil(share * len(drawn))))])


def dev_pairs(pairs: Sequence[Pair], *, home: dict[str, str], share: float, seed: int) -> frozenset[str]:
    """The ids of the held-out pairs: those of the held-out documents, or drawn ones where all are of one document.

    A question that other passages of the index answer is never held out: it is no fair unanswerable question.
    """
    documents = {home[pair.passages[0]] for pair in pairs}
    fair = [pair for pair in pairs if pair.kind != ELSEWHERE]
    chosen = dev_documents(documents, share=share, seed=seed)
    held = frozenset(pair.id for pair in fair if home[pair.passages[0]] in chosen)
    if held:
        return held
    drawn = sorted(fair, key=lambda pair: _draw(pair, seed))
    return frozenset(pair.id for pair in drawn[: math.ceil(share * len(drawn))] if len(drawn) > 1)


def _turns(documents: Iterable[list[Pair]], seed: int) -> list[Pair]:
    """The documents' pairs in turns, each document's own in a drawn order."""
    drawn = [sorted(pairs, key=lambda pair: _draw(pair, seed)) for pairs in documents]
    return _round_robin(sorted(drawn, key=lambda pairs: _draw(pairs[0], seed)))


def _draw(pair: Pair, seed: int) -> str:
    return content_id("draw", str(seed), pair.id)


def _round_robin(lines: Sequence[Sequence[Pair]]) -> list[Pair]:
    longest = max((len(line) for line in lines), default=0)
    return [line[turn] for turn in range(longest) for line in lines if turn < len(line)]
