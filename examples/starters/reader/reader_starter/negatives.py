"""Questions that a text does not answer, though it looks as if it might."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from steep.language import content_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader_starter.sources import ReadingExample


def unanswerable(examples: Sequence[ReadingExample], *, share_hard: float, seed: int) -> list[ReadingExample]:
    """One for each example that allows it, in the same order: its question over another paragraph.

    Hard ones (``share_hard`` of them) take a paragraph of the same group among the three that share most content
    words with the question, weighted by rarity, and that do not hold the answer's words. Easy ones take any paragraph.
    """
    by_group: dict[str, list[str]] = {}
    for example in examples:
        paragraphs = by_group.setdefault(example.group, [])
        if example.context not in paragraphs:
            paragraphs.append(example.context)
    every = [context for group in by_group.values() for context in group]
    found = {context: content_stems(context) for context in every}
    rarity = _rarity(list(found.values()))
    made = []
    for index, example in enumerate(examples):
        draw = random.Random(f"{seed}/{index}/{example.question}")
        near = [context for context in by_group[example.group] if context != example.context]
        hard = bool(near) and draw.random() < share_hard
        usable = [
            context
            for context in (near if hard else draw.sample(every, min(8, len(every))))
            if not _answers(context, example)
        ]
        if not usable:
            continue
        if hard:
            asked = content_stems(example.question)
            usable.sort(key=lambda context: -sum(rarity[word] for word in asked & found[context]))
            usable = usable[:3]
        made.append(replace(example, context=draw.choice(usable), span=None, source=f"{example.source}-unanswerable"))
    return made


def _answers(context: str, example: ReadingExample) -> bool:
    if example.span is None:
        return True
    answer = example.context[slice(*example.span)].lower()
    return answer in context.lower() or context == example.context


def _rarity(sets: list[frozenset[str]]) -> dict[str, float]:
    counts = Counter(word for words in sets for word in words)
    return {word: math.log(1 + len(sets) / count) for word, count in counts.items()}
