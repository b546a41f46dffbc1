"""Writes pairs from the structure of documents, with no model at all."""

from __future__ import annotations

import bisect
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.values import Pair, Span, content_id
from steep_plugins.synthesizers.structure.clean import clean_answer, clean_question, content_words
from steep_plugins.synthesizers.structure.natural import reads_well
from steep_plugins.synthesizers.structure.outline import outline
from steep_plugins.synthesizers.structure.rules import RULES
from steep_plugins.synthesizers.structure.standing import placed
from steep_plugins.synthesizers.structure.statements import statements
from steep_plugins.synthesizers.structure.tight import tightened
from steep_plugins.synthesizers.structure.unanswerable import Subject, unanswerable_pairs
from steep_plugins.synthesizers.structure.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import SynthesisRequest
    from steep.values import Document, Passage
    from steep_plugins.synthesizers.structure.candidate import Candidate
    from steep_plugins.synthesizers.structure.outline import Section

NAME = "structure"

_A_SPAN = 3  # how many questions one span may answer
_WORDINGS = 3  # how often each rule reads each section
_SAME = 0.7  # the share of common words from which two questions for one span are the same question


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """``rules`` limits what is written to rules whose name begins so; empty means all of them.

    What is written from a document depends on that document and the seed alone, so a document that did not change
    keeps its pairs. Unanswerable pairs depend on all documents; ``unanswerable`` and ``elsewhere`` say how many to
    write of each kind for an answerable one.
    """

    rules: tuple[str, ...] = ()
    unanswerable: float = 0.3
    elsewhere: float = 0.0

    def synthesize(self, request: SynthesisRequest) -> Iterator[Pair]:
        held = _by_document(request.passages)
        written: list[Subject] = []
        for document in request.documents:
            for each in self._from_document(document, held.get(document.id, ()), request.seed):
                written.append(each)
                yield each.pair
        shares = (self.unanswerable, self.elsewhere)
        if any(shares):
            limits = [round(len(written) * share) for share in shares]
            yield from unanswerable_pairs(written, request.passages, limits=(limits[0], limits[1]), seed=request.seed)

    def _from_document(self, document: Document, passages: Sequence[Passage], seed: int) -> Iterator[Subject]:
        rng = random.Random(content_id(document.id, str(seed)))
        asked: set[str] = set()
        by_span: dict[tuple[int, int], list[frozenset[str]]] = {}
        for candidate in self._candidates(document, rng):
            key = candidate.question.lower().rstrip("?")
            span = candidate.answer.span
            others, words = by_span.setdefault(span, []), content_words(candidate.question)
            if key in asked or len(others) >= _A_SPAN or any(_alike(words, other) for other in others):
                continue
            inside = _holding(passages, *span)
            if inside:
                asked.add(key)
                others.append(words)
                yield Subject(pair=_pair(document, candidate, inside, seed), entity=candidate.entity)

    def _candidates(self, document: Document, rng: random.Random) -> Iterator[Candidate]:
        read = outline(document)
        voice = Voice(rng=rng, common=read.common, names=read.names)
        stated_in = [(section, tuple(statements(section))) for section in read.sections]
        # each further time the same facts are asked for in other words, where the tables of words have them
        for section, stated in stated_in * _WORDINGS:
            for rule in RULES:
                for proposed in rule(section, stated, voice):
                    candidate = tightened(proposed)
                    wanted = not self.rules or candidate.rule.startswith(self.rules)
                    clean = wanted and clean_question(candidate.question) and clean_answer(candidate.answer.text)
                    named = placed(candidate, section, voice) if clean else None
                    if named and _names_its_thing(named, section) and reads_well(named):
                        yield named


def _names_its_thing(candidate: Candidate, section: Section) -> bool:
    """Whether a question says of what it asks: a name, enough words that mean something, or its heading's."""
    if candidate.kind in ("definition", "option", "asked"):
        return True
    words = content_words(candidate.question)
    named = any(
        word[:1].isupper() or re.search(r"[\d_%]|\w\.\w|^-|[a-z][A-Z]", word) for word in candidate.question.split()[1:]
    )
    enough = 3 if candidate.kind in ("fact", "table") else 2
    return len(words) >= enough or (bool(words) and (named or bool(content_words(section.topic) & words)))


def _alike(words: frozenset[str], other: frozenset[str]) -> bool:
    return len(words & other) >= _SAME * len(words | other)


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
