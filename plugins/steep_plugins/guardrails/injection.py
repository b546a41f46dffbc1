"""Finds sentences that try to give the model orders: in questions, and in passages, whose author no one asked.

Sentence by sentence, after the disguises are taken off (``folding``), weighted rules are applied (``injection_rules``);
a sentence's score is the chance that at least one of its rules is right, were they independent: 1 - (1-w1)(1-w2)….
Two sentences in a row are also read together, so that a full stop in the middle of an order hides nothing, the lines of
a sentence apart, so that a missing one does not either, and what is text in code is decoded and read as a text. In a
passage, what an order with a colon has behind it on its line goes with it.
Rules know phrases, not intentions: an order in words that no rule holds passes, as does a plain question in a passage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from steep.values import Finding
from steep_plugins.guardrails import folding
from steep_plugins.guardrails.injection_rules import rules
from steep_plugins.guardrails.orders import checked, dictated
from steep_plugins.guardrails.recalling import recalled
from steep_plugins.guardrails.units import lines, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Check, GuardRequest
    from steep_plugins.guardrails.likeness import Likeness

    Span = tuple[int, int]

__all__ = ["Injection", "score"]

_WORD = re.compile(r"[^\W_]{1,64}(?:['’-][^\W_]{1,64}){0,8}")
# after so many orders in one text, the rest of it is not read, and counts as one
_MANY = 50
# from this weight on, what came out of a cipher was an order
_ORDER = 0.5


class Injection:
    """Passes a text without suspect sentences; ``rewritten`` has them taken out."""

    stages: tuple[str, ...] = ("input", "passages")
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "refuse"

    def __init__(self, *, threshold: float = 0.5, likeness: Likeness | None = None) -> None:
        self._threshold = threshold
        self._likeness = likeness
        self._in_passage = recalled(lambda text: self._findings(text, "passages"))

    def check(self, request: GuardRequest) -> Check:
        return checked(request, in_question=lambda text: self._findings(text, "input"), in_passage=self._in_passage)

    def _findings(self, text: str, stage: str) -> tuple[Finding, ...]:
        spans, scored = self._scored(text, stage)
        found: dict[Span, tuple[str, float]] = {
            span: each for span, each in zip(spans, scored, strict=True) if each[1] >= self._threshold
        }
        if len(found) >= _MANY:
            rest = spans[-1][1], len(text.rstrip())
            text = text[: rest[0]]
            if rest[0] < rest[1]:
                found[rest] = "after-many-orders", self._threshold
        found.update(self._across(text, stage, spans, scored))
        for line in lines(text, [span for span in spans if span not in found]):
            rule, alone = score(text[slice(*line)], stage)
            if alone >= self._threshold:
                found[line] = rule, alone
        if stage == "passages":
            found.update(dictated(text, spans, found))
        found.update(_in_code(text, stage, self._threshold))
        if self._likeness is not None:
            for span, likeness in self._likeness.of(text, [span for span in spans if span not in found]):
                found[span] = "like-a-known-attack", likeness
        return tuple(
            Finding(rule=rule, start=start, end=end, score=round(value, 4))
            for (start, end), (rule, value) in sorted(found.items())
        )

    def _scored(self, text: str, stage: str) -> tuple[list[Span], list[tuple[str, float]]]:
        """The sentences with their scores, as far as a text is worth reading: not beyond so many orders."""
        spans, scored, orders = sentences(text), list[tuple[str, float]](), 0
        memory: dict[str, tuple[str, float]] = {}
        for start, end in spans:
            sentence = text[start:end]
            if sentence not in memory:
                memory[sentence] = score(sentence, stage)
            scored.append(memory[sentence])
            orders += memory[sentence][1] >= self._threshold
            if orders >= _MANY:
                break
        return spans[: len(scored)], scored

    def _across(
        self, text: str, stage: str, spans: list[Span], scored: list[tuple[str, float]]
    ) -> Iterator[tuple[Span, tuple[str, float]]]:
        """Two sentences in a row that are an order only together, each of them suspect by it."""
        telling = [_tells(text[slice(*span)]) for span in spans]
        whole = zip(spans, scored, telling, strict=True)
        for (first, one, begun), (second, other, ended) in pairwise(whole):
            if (begun or ended) and one[1] < self._threshold and other[1] < self._threshold:
                rule, together = score(f"{_unstopped(text[slice(*first)])} {text[slice(*second)]}", stage)
                if together >= self._threshold and together > max(one[1], other[1]):
                    yield first, (rule, together)
                    yield second, (rule, together)


@dataclass(frozen=True, slots=True)
class _Read:
    """A folded sentence as rules want it."""

    text: str
    words: list[str]
    vocabulary: frozenset[str]


def score(sentence: str, stage: str) -> tuple[str, float]:
    """The rule that weighs most in a sentence, and the sentence's score; ("", 0.0) where there is none."""
    folded = folding.fold(sentence)
    read = _read(folded)
    weights = _plain_weights(read, stage)
    plain = max(weights.values(), default=0.0)
    if not sentence.isascii():
        weights.update(_hidden_weights(sentence))
    for cipher, text in folding.views(folded, read.vocabulary, rules().ciphered):
        strongest = max(_plain_weights(_read(text), stage).values(), default=0.0)
        if strongest >= _ORDER and strongest > plain:
            weights[f"encoded-{cipher}"] = min(0.95, strongest + 0.05)
    missed = 1.0
    for weight in weights.values():
        missed *= 1.0 - weight
    strongest_rule = max(weights, key=lambda name: weights[name], default="")
    return strongest_rule, 1.0 - missed


def _read(folded: str) -> _Read:
    words = _WORD.findall(folded)
    return _Read(folded, words, frozenset(words))


def _plain_weights(read: _Read, stage: str) -> dict[str, float]:
    best: dict[str, float] = {}
    for rule in rules().worth(read.text, read.vocabulary):
        if (
            stage in rule.stages
            and rule.weight > best.get(rule.name, 0.0)
            and rule.form.found_in(read.words, read.vocabulary, read.text)
        ):
            best[rule.name] = rule.weight
    return best


def _hidden_weights(sentence: str) -> Iterator[tuple[str, float]]:
    """What no reader would see on a screen."""
    if folding.hidden_tags(sentence):
        yield "hidden-tags", 0.8
    if folding.bidi_overrides(sentence):
        yield "bidi-override", 0.5
    if folding.invisible_inside_words(sentence) >= 3:
        yield "invisible-characters", 0.3


def _in_code(text: str, stage: str, threshold: float) -> Iterator[tuple[Span, tuple[str, float]]]:
    """The stretches of a text that are an order in code; questions are looked at by all rules once decoded."""
    for code, start, end, decoded in folding.blocks(text):
        read = [score(decoded[slice(*span)], stage)[1] for span in sentences(decoded)]
        if max(read, default=0.0) >= max(_ORDER, threshold):
            yield (start, end), (f"encoded-{code}", min(0.95, max(read) + 0.05))


def _tells(text: str) -> bool:
    """Whether a word of an order is there at all."""
    return not rules().telling.isdisjoint(_WORD.findall(text.lower()))


def _unstopped(sentence: str) -> str:
    return sentence.rstrip().rstrip(".!?…")
