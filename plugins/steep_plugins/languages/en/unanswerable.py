"""Questions that the passages beside them do not answer: asked elsewhere, or about a subject that is not there."""

from __future__ import annotations

import math
import random
import re
from collections import defaultdict
from dataclasses import replace
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.clean import clean_question, content_words
from steep_plugins.languages.en.missing import missing_attributes, unexplained

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from steep.values import Pair, Passage
    from steep_plugins.synthesizers.structure.plain import Subject

_SHOWN = 3
_CODE = re.compile(r"^(?:[a-z]+ )?[A-Z]{1,3}-?\d+$")
_ARTICLE = re.compile(r"^(?:the|a|an|your|our|my) ", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:you|we|i|it|they|this|that|what|there|who)\b", re.IGNORECASE)
_QUANTIFIERS = word_set("all any each every most some many both another other no only several recommended new old on")
_TURNED = 2  # how often one question is turned at most


def unanswerable_pairs(
    written: Sequence[Subject], passages: Sequence[Passage], *, limits: tuple[int, int], seed: int
) -> Iterator[Pair]:
    """Pairs without an answer: at most ``limits[0]`` that nothing answers, and ``limits[1]`` answered elsewhere.

    ``unanswerable``: a question whose subject was exchanged for another one of which the same could be asked.
    ``elsewhere``: an answerable question beside the passages of other documents that are nearest to it by their words.
    """
    rng = random.Random(f"unanswerable {seed}")
    nearest = Nearest(passages)
    order = [each for each in written if each.pair.kind not in ("permission", "asked")]
    rng.shuffle(order)
    asked = {each.pair.question for each in written}
    missing = _missing(order, passages, nearest, rng)
    unwritten = _abbreviations(order, passages, nearest, rng)
    yield from islice(_in_turns(_false_premises(order, nearest, rng, asked), missing, unwritten), limits[0])
    elsewhere = (_elsewhere(each.pair, nearest) for each in reversed(order))
    yield from islice((made for made in elsewhere if made), limits[1])


def _false_premises(order: Sequence[Subject], nearest: Nearest, rng: random.Random, asked: set[str]) -> Iterator[Pair]:
    """Each question is turned twice at most, so that none is seen too often."""
    alike = _alike(order)
    for _ in range(_TURNED):
        for each in order:
            made = _false_premise(each, alike, nearest, rng)
            if made and made.question not in asked:
                asked.add(made.question)
                yield made


def _missing(
    order: Sequence[Subject], passages: Sequence[Passage], nearest: Nearest, rng: random.Random
) -> Iterator[Pair]:
    defined = [each for each in order if each.pair.kind == "definition" or each.pair.rule == "tables:meaning"]
    for each, question in missing_attributes(defined, passages, rng):
        asked = question[0].upper() + question[1:] + "?"
        made = _without_answer(each.pair, asked, nearest.to(question, 12)[:_SHOWN], "unanswerable")
        if made.passages:
            yield replace(made, rule="unanswerable:attribute")


def _abbreviations(
    order: Sequence[Subject], passages: Sequence[Passage], nearest: Nearest, rng: random.Random
) -> Iterator[Pair]:
    for _, question in unexplained(passages, rng) if order else ():
        asked = question[0].upper() + question[1:] + "?"
        made = _without_answer(order[0].pair, asked, nearest.to(question, 12)[:_SHOWN], "unanswerable")
        if made.passages:
            yield replace(made, rule="unanswerable:abbreviation")


def _in_turns(*lines: Iterator[Pair]) -> Iterator[Pair]:
    """One of each in turn, until none has any left."""
    nothing = object()
    for together in zip_longest(*lines, fillvalue=nothing):
        yield from (pair for pair in together if pair is not nothing)  # type: ignore[misc]


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


def _alike(order: Sequence[Subject]) -> Mapping[tuple[str, ...], list[str]]:
    """The subjects that can stand for each other: of the same rule, in the same document, written in the same way."""
    subjects: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for each in order:
        entity = _bare(each.entity)
        if _is_subject(entity):
            for key in _keys(each, entity):
                subjects[key].add(entity)
    return {key: sorted(found) for key, found in sorted(subjects.items())}


def _keys(each: Subject, entity: str) -> tuple[tuple[str, ...], ...]:
    """Names are exchanged within a document, or for one that ends in the same word, as two teams do."""
    shape = f"{_shape(entity)} {'s' if entity.endswith('s') else ''}"
    if shape.startswith("word") or each.pair.kind == "table":
        return ()
    within = (each.pair.rule, shape, each.pair.spans[0].document)
    return (within, ("head", shape, entity.split()[-1].lower())) if len(entity.split()) > 1 else (within,)


def _shape(entity: str) -> str:
    if re.search(r"[_/.]|^-|[a-z][A-Z]", entity):
        return f"code {entity[:2]}"
    words = entity.split()
    named = all(word[:1].isupper() for word in words) and not any(word.endswith(("ing", "ly", "ed")) for word in words)
    return "name" if named else "word"


def _is_subject(entity: str) -> bool:
    fit = 2 <= len(entity) <= 40 and len(entity.split()) <= 4 and not entity[0].isdigit()
    return fit and not _PRONOUN.search(entity) and entity.split()[0].lower() not in _QUANTIFIERS


def _bare(entity: str) -> str:
    return _ARTICLE.sub("", entity.strip(" .,:"))


def _false_premise(
    each: Subject, alike: Mapping[tuple[str, ...], list[str]], nearest: Nearest, rng: random.Random
) -> Pair | None:
    own, pair = _bare(each.entity), each.pair
    place = re.compile(rf"(?<![\w-]){re.escape(own)}(?![\w-])", re.IGNORECASE)
    rest = place.sub("", pair.question)
    if not _is_subject(own) or rest == pair.question or len(rest.split()) < 3:
        return None
    if pair.rule.startswith(("definitions", "causes", "facts:none", "tables:meaning", "naming", "subjects", "polar")):
        return None
    for other in _others(own, each, alike, rng):
        if (content_words(other) - content_words(own)) & content_words(pair.question) or other.lower() in own.lower():
            continue
        question = place.sub(lambda _, said=other: said, pair.question, count=1)  # type: ignore[misc]
        found = nearest.to(question, 12)
        if found and clean_question(question) and not any(_may_answer(rest, other, passage) for passage in found):
            return _without_answer(pair, question, found[:_SHOWN], "unanswerable")
    return None


def _others(own: str, each: Subject, alike: Mapping[tuple[str, ...], list[str]], rng: random.Random) -> list[str]:
    """Subjects to put in the place of one: another number behind a code's letters, else one of its own sort."""
    if _CODE.match(own):
        letters = own.rstrip("0123456789")
        return [f"{letters}{rng.randint(1, 60)}" for _ in range(4)]
    chosen: list[str] = []
    for key in _keys(each, own):
        near = alike.get(key, [])
        chosen += rng.sample(near, min(4, len(near)))
    return chosen


def _may_answer(rest: str, name: str, passage: Passage) -> bool:
    """Whether a passage speaks of the new name together with most of what else is asked."""
    text = passage.indexed_text.lower()
    if not all(re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", text) for word in name.split()):
        return False
    others = content_words(rest)
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


class Nearest:
    """Passages by content words; ties go to the passage that came first."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._norm: list[float] = []
        for number, passage in enumerate(passages):
            words = content_words(passage.indexed_text)
            self._norm.append(math.sqrt(len(words)) or 1.0)
            for word in words:
                self._postings[word].append(number)

    def to(self, text: str, k: int) -> tuple[Passage, ...]:
        scores: dict[int, float] = defaultdict(float)
        for word in sorted(content_words(text)):
            holding = self._postings.get(word, ())
            weight = math.log(1 + len(self._passages) / (1 + len(holding)))
            for number in holding:
                scores[number] += weight
        ranked = sorted(scores, key=lambda number: (-scores[number] / self._norm[number] ** 0.5, number))
        return tuple(self._passages[number] for number in ranked[:k])
