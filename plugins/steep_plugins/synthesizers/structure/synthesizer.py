"""Writes pairs from the structure of documents, with no model at all."""

from __future__ import annotations

import bisect
import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.language import language_of
from steep.values import Pair, Span, content_id
from steep_plugins.languages import asking
from steep_plugins.synthesizers.structure import unworded
from steep_plugins.synthesizers.structure.plain import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import SynthesisRequest
    from steep.language import Language
    from steep.values import Document, Passage
    from steep_plugins.languages import Asking
    from steep_plugins.synthesizers.structure.plain import Candidate

NAME = "structure"

_A_SPAN = 3  # how many questions one span may answer
_SAME = 0.7  # the share of common words from which two questions for one span are the same question


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """``rules`` limits what is written to rules whose name begins so; empty means all of them.

    A document is asked by the rules of its language, where there are some, and else only for what depends on none.
    What is written from a document depends on that document and the seed alone, so a document that did not change
    keeps its pairs. Unanswerable pairs depend on all documents; ``unanswerable`` and ``elsewhere`` say how many to
    write of each kind for an answerable one.
    """

    rules: tuple[str, ...] = ()
    unanswerable: float = 0.3
    elsewhere: float = 0.0

    def synthesize(self, request: SynthesisRequest) -> Iterator[Pair]:
        held = _by_document(request.passages)
        written: dict[Asking, list[Subject]] = {}
        unruled: Counter[Language] = Counter()
        for document in request.documents:
            language = language_of(document.text)
            rules = asking(language)
            unruled[language] += rules is None
            for each in self._from_document(document, rules or unworded, held.get(document.id, ()), request.seed):
                written.setdefault(rules or unworded, []).append(each)
                yield each.pair
        for rules, subjects in written.items():
            limits = (round(len(subjects) * self.unanswerable), round(len(subjects) * self.elsewhere))
            if any(limits):
                yield from rules.unanswerable_pairs(subjects, request.passages, limits=limits, seed=request.seed)
        for language, count in sorted(unruled.items(), key=lambda each: each[0].name):
            if count:
                request.note(_left_out(language, count))

    def _from_document(
        self, document: Document, rules: Asking, passages: Sequence[Passage], seed: int
    ) -> Iterator[Subject]:
        rng = random.Random(content_id(document.id, str(seed)))
        asked: set[str] = set()
        by_span: dict[tuple[int, int], list[frozenset[str]]] = {}
        for candidate in rules.candidates(document, rng):
            if self.rules and not candidate.rule.startswith(self.rules):
                continue
            key = candidate.question.lower().rstrip("?")
            span = candidate.answer.span
            others, told = by_span.setdefault(span, []), rules.telling(candidate.question)
            if key in asked or len(others) >= _A_SPAN or any(_alike(told, other) for other in others):
                continue
            inside = _holding(passages, *span)
            if inside:
                asked.add(key)
                others.append(told)
                yield Subject(pair=_pair(document, candidate, inside, seed), entity=candidate.entity)


def _left_out(language: Language, count: int) -> str:
    documents = "1 document is" if count == 1 else f"{count} documents are"
    return (
        f"{documents} in {language.name}: only tables, keys and values, lists and headings were asked for there, "
        "since there are no sentence rules for that language."
    )


def _alike(told: frozenset[str], other: frozenset[str]) -> bool:
    return len(told & other) >= _SAME * len(told | other)


def _by_document(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    held: dict[str, list[Passage]] = {}
    for passage in passages:
        held.setdefault(passage.document, []).append(passage)
    for each in held.values():
        each.sort(key=lambda passage: passage.start)
    return held


def _holding(passages: Sequence[Passage], start: int, end: int) -> tuple[str, ...]:
    """The ids of the passages in which a span lies whole."""
    upto = bisect.bisect_right([passage.start for passage in passages], start)
    return tuple(passage.id for passage in passages[:upto] if passage.end >= end)


def _pair(document: Document, candidate: Candidate, inside: tuple[str, ...], seed: int) -> Pair:
    start, end = candidate.answer.span
    span = Span(document=document.id, version=document.version, start=start, end=end, text=document.text[start:end])
    return Pair(
        question=candidate.question,
        answer=candidate.answer.text,
        passages=inside,
        spans=(span,),
        synthesizer=NAME,
        kind=candidate.kind,
        rule=candidate.rule,
        seed=seed,
    )
