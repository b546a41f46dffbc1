"""Finds sentences that try to give the model orders: in questions, and in passages, whose author no one asked.

Sentence by sentence, after the disguises are taken off (``folding``), weighted rules are applied (``injection_rules``);
a sentence's score is the chance that at least one of its rules is right, were they independent: 1 - (1-w1)(1-w2)….
Two sentences in a row are also read together, so that a full stop in the middle of an order hides nothing, and the
lines of a sentence apart, so that a missing one does not either.
Rules know phrases, not intentions: an order in words that no rule holds passes, as does a plain question in a passage.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from steep.kinds import Check
from steep.language import sentence_spans
from steep.values import Finding
from steep_plugins.guardrails import folding
from steep_plugins.guardrails.injection_rules import RULES
from steep_plugins.guardrails.rewriting import settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import GuardRequest
    from steep_plugins.guardrails.likeness import Likeness

__all__ = ["Injection", "score"]

_WORD = re.compile(r"[^\W_]{1,64}(?:['’-][^\W_]{1,64}){0,8}")
# a text without sentence ends is cut here, with an overlap that no rule reaches across
_LONGEST = 2000
_OVERLAP = 300


class Injection:
    """Passes a text without suspect sentences; ``rewritten`` has them taken out."""

    stages: tuple[str, ...] = ("input", "passages")
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "refuse"

    def __init__(self, *, threshold: float = 0.5, likeness: Likeness | None = None) -> None:
        self._threshold = threshold
        self._likeness = likeness

    def check(self, request: GuardRequest) -> Check:
        if request.stage == "passages":
            findings = tuple(
                found for hit in request.hits for found in self._findings(hit.passage.text, "passages", hit.passage.id)
            )
            return _checked(findings, "in the passages", None)
        findings = self._findings(request.text, "input", None)
        rewritten = settled(
            request.text, findings, lambda text: list(self._findings(text, "input", None)), lambda found: ""
        )
        return _checked(findings, "in the question", rewritten)

    def _findings(self, text: str, stage: str, passage: str | None) -> tuple[Finding, ...]:
        spans = _pieces(text)
        scored = [score(text[start:end], stage) for start, end in spans]
        found: dict[tuple[int, int], tuple[str, float]] = {
            span: each for span, each in zip(spans, scored, strict=True) if each[1] >= self._threshold
        }
        for (first, one), (second, other) in pairwise(zip(spans, scored, strict=True)):
            if one[1] < self._threshold and other[1] < self._threshold:
                rule, together = score(f"{_unstopped(text[slice(*first)])} {text[slice(*second)]}", stage)
                if together >= self._threshold and together > max(one[1], other[1]):
                    found[first] = found[second] = rule, together
        for line in _lines(text, [span for span in spans if span not in found]):
            rule, alone = score(text[slice(*line)], stage)
            if alone >= self._threshold:
                found[line] = rule, alone
        if self._likeness is not None:
            for span, likeness in self._likeness.of(text, [span for span in spans if span not in found]):
                found[span] = "like-a-known-attack", likeness
        return tuple(
            Finding(rule=rule, start=start, end=end, score=round(value, 4), passage=passage)
            for (start, end), (rule, value) in sorted(found.items())
        )


def score(sentence: str, stage: str) -> tuple[str, float]:
    """The rule that weighs most in a sentence, and the sentence's score; ("", 0.0) where there is none."""
    weights = dict(_plain_weights(folding.fold(sentence), stage))
    plain = max(weights.values(), default=0.0)
    weights.update(_hidden_weights(sentence))
    weights.update(_deciphered_weights(sentence, stage, plain))
    missed = 1.0
    for weight in weights.values():
        missed *= 1.0 - weight
    strongest = max(weights, key=lambda name: weights[name], default="")
    return strongest, 1.0 - missed


def _plain_weights(folded: str, stage: str) -> Iterator[tuple[str, float]]:
    words = _WORD.findall(folded)
    vocabulary = frozenset(words)
    best: dict[str, float] = {}
    for rule in RULES:
        if stage in rule.stages and rule.weight > best.get(rule.name, 0.0) and rule.matches(words, vocabulary, folded):
            best[rule.name] = rule.weight
    yield from best.items()


def _hidden_weights(sentence: str) -> Iterator[tuple[str, float]]:
    """What no reader would see on a screen."""
    if folding.hidden_tags(sentence):
        yield "hidden-tags", 0.8
    if folding.bidi_overrides(sentence):
        yield "bidi-override", 0.5
    if folding.invisible_inside_words(sentence) >= 3:
        yield "invisible-characters", 0.3


def _deciphered_weights(sentence: str, stage: str, plain: float) -> Iterator[tuple[str, float]]:
    """What comes to light when the sentence is deciphered, if it was not there before."""
    for cipher, text in (*folding.decodings(sentence), *(("spaced", each) for each in folding.spaced_out(sentence))):
        strongest = max((weight for _, weight in _plain_weights(text, stage)), default=0.0)
        if strongest >= 0.5 and strongest > plain:
            yield f"encoded-{cipher}", min(0.95, strongest + 0.05)


def _pieces(text: str) -> list[tuple[int, int]]:
    """The sentences, the overlong ones cut."""
    return [
        (cut, min(cut + _LONGEST, end))
        for start, end in sentence_spans(text)
        for cut in range(start, max(start + 1, end - _OVERLAP), _LONGEST - _OVERLAP)
    ]


def _lines(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The lines within sentences that may begin one: an order can stand below a line without a full stop."""
    for start, end in spans:
        if "\n" in text[start:end]:
            position = start
            for line in text[start:end].splitlines(keepends=True):
                if line.strip() and not line.lstrip()[0].islower():
                    yield position, position + len(line.rstrip())
                position += len(line)


def _unstopped(sentence: str) -> str:
    return sentence.rstrip().rstrip(".!?…")


def _checked(findings: tuple[Finding, ...], where: str, rewritten: str | None) -> Check:
    if not findings:
        return Check(passed=True)
    rules = ", ".join(sorted({found.rule for found in findings}))
    many = "1 sentence" if len(findings) == 1 else f"{len(findings)} sentences"
    return Check(
        passed=False,
        reason=f"{many} {where} may be orders to the model ({rules})",
        findings=findings,
        rewritten=rewritten,
    )
