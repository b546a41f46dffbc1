"""Questions that the passages beside them do not answer: asked elsewhere, or about a subject that is not there."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.clean import content_words
from steep_plugins.synthesizers.structure.nearest import Nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.values import Pair, Passage

_SHOWN = 3
_NAME = re.compile(r"(?<![.?!:]\s)(?<=\s)(?:[A-Z][\w&-]*[A-Za-z]|[A-Z]{1,3}\d+)(?:\s[A-Z][\w&-]+){0,3}")
_CODE = re.compile(r"^[A-Z]{1,3}\d+$")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")


def unanswerable_pairs(
    written: Sequence[Pair], passages: Sequence[Passage], *, limits: tuple[int, int], seed: int
) -> Iterator[Pair]:
    """Pairs without an answer: at most ``limits[0]`` that nothing answers, and ``limits[1]`` answered elsewhere.

    ``unanswerable``: a question whose name was exchanged for another one. ``elsewhere``: an answerable question beside
    the passages of other documents that are nearest to it by their words.
    """
    rng = random.Random(f"unanswerable {seed}")
    nearest = Nearest(passages)
    order = [pair for pair in written if pair.kind not in ("permission", "asked")]
    rng.shuffle(order)
    names = _names(passages)
    asked = {pair.question for pair in written}
    yield from islice(_false_premises(order, names, nearest, rng, asked), limits[0])
    yield from islice((made for pair in reversed(order) if (made := _elsewhere(pair, nearest))), limits[1])


def _false_premises(
    order: Sequence[Pair], names: frozenset[str], nearest: Nearest, rng: random.Random, asked: set[str]
) -> Iterator[Pair]:
    """Each question is turned twice at most, so that none is seen too often."""
    for _ in range(2):
        for pair in order:
            made = _false_premise(pair, names, nearest, rng)
            if made and made.question not in asked:
                asked.add(made.question)
                yield made


def _elsewhere(pair: Pair, nearest: Nearest) -> Pair | None:
    document = pair.spans[0].document
    found = [
        passage
        for passage in nearest.to(pair.question, 12)
        if passage.document != document and pair.answer.lower() not in passage.text.lower()
    ]
    if not found:
        return None
    return _without_answer(pair, pair.question, found[:_SHOWN], "elsewhere")


def _names(passages: Sequence[Passage]) -> frozenset[str]:
    """Names that passages mention and that can stand for each other: no word of them is written in lower case."""
    counted = Counter(name for passage in passages for name in _NAME.findall(passage.text))
    common = {word for passage in passages for word in _WORD.findall(passage.text) if word.islower()}
    return frozenset(
        name
        for name, times in counted.items()
        if times > 1 and not any(word.lower() in common or not word[:1].isupper() for word in name.split())
    )


def _false_premise(pair: Pair, names: frozenset[str], nearest: Nearest, rng: random.Random) -> Pair | None:
    own = [name for name in _NAME.findall(pair.question) if name in names or _CODE.match(name)]
    if not own or pair.rule.startswith("definitions"):
        return None
    replaced = rng.choice(own)
    for other in _others(replaced, names, rng):
        if other.lower() in pair.question.lower() or replaced.lower() in other.lower():
            continue
        question = re.sub(rf"(?<!\w){re.escape(replaced)}(?!\w)", other, pair.question, count=1)
        found = nearest.to(question, 12)
        if found and not any(_may_answer(question, other, passage) for passage in found):
            return _without_answer(pair, question, found[:_SHOWN], "unanswerable")
    return None


def _others(name: str, names: frozenset[str], rng: random.Random) -> list[str]:
    """Names to put in the place of one: another number behind a code's letters, else a name of the same shape."""
    if _CODE.match(name):
        letters = name.rstrip("0123456789")
        return [f"{letters}{rng.randint(1, 60)}" for _ in range(4)]
    alike = sorted(
        each for each in names if each.isupper() == name.isupper() and len(each.split()) == len(name.split())
    )
    return rng.sample(alike, min(5, len(alike)))


def _may_answer(question: str, name: str, passage: Passage) -> bool:
    """Whether a passage speaks of the new name together with most of what else is asked."""
    text = passage.indexed_text.lower()
    if name.lower() not in text:
        return False
    others = content_words(question) - content_words(name)
    return not others or sum(word in text for word in others) >= 0.5 * len(others)


def _without_answer(pair: Pair, question: str, found: Sequence[Passage], kind: str) -> Pair:
    return replace(
        pair,
        question=question,
        answer="",
        passages=tuple(passage.id for passage in found),
        spans=(),
        kind=kind,
        rule=f"{kind}:{pair.rule}",
    )
