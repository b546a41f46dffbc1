"""Writes pairs by asking a language model for the question of a stretch that rules have found.

The answer is the document's own, so it is right where the question fits it. Whether it does, a model that was taught to
judge says itself (``proved``); the filters look at it too.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from steep.errors import ModelError
from steep.kinds import Ask
from steep.language import language_of
from steep.values import Pair, Span, content_id
from steep_plugins import intrinsics
from steep_plugins.languages import stretching
from steep_plugins.synthesizers.asked.proved import Claim, proved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Model, SynthesisRequest
    from steep.values import Document, Passage
    from steep_plugins.languages import Stretching
    from steep_plugins.languages.en.stretches import Stretch
    from steep_plugins.synthesizers.structure.plain import Candidate

NAME = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A stretch to ask for, beside the passage that is shown."""

    document: Document
    passage: Passage
    inside: tuple[str, ...]
    stretch: Stretch
    rules: Stretching


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """``a_passage`` stretches of a passage at most, passages in an order drawn by the seed, ``together`` in a batch.

    As many are asked for as are wanted, times ``surplus``, since filters take some away. Passages of a batch stand next
    to each other, so that what is read of one serves all its questions. ``sure`` is the least probability that the
    sentence alone holds the answer; 0 does not ask.
    """

    a_passage: int = 4
    together: int = 32
    surplus: float = 2.0
    sure: float = 0.85

    def synthesize(self, request: SynthesisRequest) -> Iterator[Pair]:
        if request.model is None:
            raise ModelError(
                "the synthesizer `ask` needs a language model, and steep.toml names none: add [model.main] with "
                '`use = "smollm2"` or another, or use the synthesizer `structure`, which needs none.'
            )
        if intrinsics.find("ask").adapter(request.model.digest) is None:
            request.note(
                "the model was not taught to `ask`: it is asked by prompt alone, which a small one does badly."
            )
        written, limit, asked = 0, request.count * self.surplus, set[str]()
        waiting = self._wanted(request)
        while part := list(islice(waiting, self._size(limit - written))):
            for wanted, candidate in self._fitting(part, request.model):
                if candidate.question.lower() not in asked:
                    asked.add(candidate.question.lower())
                    written += 1
                    yield _pair(wanted, candidate, request.seed)
            if written >= limit:
                return

    def _fitting(self, part: Sequence[_Wanted], model: Model) -> Iterator[tuple[_Wanted, Candidate]]:
        """What was written for the stretches, where it is a question and fits."""
        told = [
            (wanted, candidate)
            for wanted, question in zip(part, questions(part, model), strict=True)
            if (candidate := wanted.rules.told(wanted.stretch, question))
        ]
        fits = proved([_claim(*each) for each in told], model, least=self.sure)
        return (each for each, good in zip(told, fits, strict=True) if good)

    def _size(self, missing: float) -> int:
        """How many are asked for at once: no more than are missing, but whole passages."""
        return min(self.together, max(self.a_passage, math.ceil(missing)))

    def _wanted(self, request: SynthesisRequest) -> Iterator[_Wanted]:
        """What to ask for, passage by passage."""
        found: dict[str, list[_Wanted]] = defaultdict(list)
        passages: dict[str, list[Passage]] = defaultdict(list)
        for passage in sorted(request.passages, key=lambda each: each.start):
            passages[passage.document].append(passage)
        unknown: Counter[str] = Counter()
        for document in request.documents:
            language = language_of(document.text)
            rules = stretching(language)
            unknown[language.name] += rules is None
            for each in _placed(document, passages[document.id], rules, request.seed) if rules else ():
                found[each.passage.id].append(each)
        for name, count in sorted(unknown.items()):
            if count:
                request.note(f"{count} document(s) in {name} were not asked about by `ask`, which knows English alone.")
        for passage_id in sorted(found, key=lambda each: content_id(NAME, str(request.seed), each)):
            yield from _varied(found[passage_id], self.a_passage, random.Random(f"{passage_id} {request.seed}"))


def questions(part: Sequence[_Wanted], model: Model) -> list[str]:
    """The question for each, in one batch."""
    job = intrinsics.find("ask")
    adapter = job.adapter(model.digest)
    asks = [
        Ask(
            messages=job.messages(
                [each.passage.indexed_text], sentence=each.stretch.sentence.text, answer=each.stretch.answer.text
            ),
            adapter=adapter,
            max_tokens=job.max_tokens,
            stop=("\n",),
        )
        for each in part
    ]
    said = [""] * len(asks)
    for piece in model.chat(asks):
        said[piece.ask] += piece.text
    return [text.strip() for text in said]


def _placed(document: Document, passages: Sequence[Passage], rules: Stretching, seed: int) -> Iterator[_Wanted]:
    """The stretches of a document with the shortest passage that holds their whole sentence."""
    starts = [passage.start for passage in passages]
    for stretch in rules.stretches(document, random.Random(content_id(document.id, str(seed)))):
        first, last = stretch.sentence.span
        around = [each for each in passages[: bisect_right(starts, first)] if each.end >= last]
        if around:
            shown = min(around, key=lambda each: each.end - each.start)
            inside = tuple(each.id for each in around)
            yield _Wanted(document=document, passage=shown, inside=inside, stretch=stretch, rules=rules)


def _varied(found: Sequence[_Wanted], most: int, dice: random.Random) -> list[_Wanted]:
    """Some of a passage's stretches: of other sentences and kinds first."""
    drawn = dice.sample(found, len(found))
    kinds: Counter[str] = Counter()
    sentences: Counter[int] = Counter()
    chosen: list[_Wanted] = []
    while drawn and len(chosen) < most:
        best = min(drawn, key=lambda each: (sentences[each.stretch.sentence.span[0]], kinds[each.stretch.rule]))
        drawn.remove(best)
        chosen.append(best)
        sentences[best.stretch.sentence.span[0]] += 1
        kinds[best.stretch.rule] += 1
    return chosen


def _claim(wanted: _Wanted, candidate: Candidate) -> Claim:
    return Claim(
        question=candidate.question,
        answer=candidate.answer.text,
        sentence=wanted.stretch.sentence.text,
        under=wanted.document.title,
    )


def _pair(wanted: _Wanted, candidate: Candidate, seed: int) -> Pair:
    document, (start, end) = wanted.document, candidate.answer.span
    span = Span(document=document.id, version=document.version, start=start, end=end, text=document.text[start:end])
    return Pair(
        question=candidate.question,
        answer=candidate.answer.text,
        passages=wanted.inside,
        spans=(span,),
        synthesizer=NAME,
        kind=candidate.kind,
        rule=candidate.rule,
        seed=seed,
    )
