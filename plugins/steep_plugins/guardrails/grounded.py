"""Wants each sentence of an answer to stand in the passages it cites: words, numbers, names, and the "not".

It compares words, not meanings: a paraphrase in quite other words looks unsupported, and a sentence that turns the
passage's own words round may pass. Words of the question count neither for nor against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from steep.kinds import Check
from steep.language import content_stems, numbers, sentence_spans, support, word_set, words
from steep.prompts import MARKER
from steep.values import Finding
from steep_plugins.guardrails.rewriting import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import GuardRequest

__all__ = ["Grounded"]

_NEGATIONS = word_set("no not never none neither nor nothing nobody without cannot")


class Grounded:
    """Passes an answer all of whose sentences are supported; ``rewritten`` has the others taken out.

    A finding's score is the share of the sentence's words that the passages do not hold.
    """

    stages: tuple[str, ...] = ("output",)
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "escalate"

    def __init__(self, *, least: float = 0.6) -> None:
        self._least = least

    def check(self, request: GuardRequest) -> Check:
        if request.place != "draft":
            return Check(passed=True)
        if not request.hits:
            return Check(passed=True, reason="no passages were given, so nothing can be compared")
        evidence = _evidence(request)
        findings = tuple(
            Finding(rule=rule, start=start, end=end, score=score)
            for start, end in sentence_spans(request.text)
            for rule, score in self._faults(MARKER.sub("", request.text[start:end]), request.question, evidence)
        )
        if not findings:
            return Check(passed=True)
        rules = ", ".join(sorted({found.rule for found in findings}))
        rewritten = replaced(request.text, findings, lambda found: "").strip()
        return Check(
            passed=False,
            reason=f"{len({found.start for found in findings})} sentence(s) do not stand in the passages ({rules})",
            findings=findings,
            rewritten=rewritten or None,
        )

    def _faults(self, claim: str, question: str, evidence: Sequence[str]) -> Iterator[tuple[str, float]]:
        """What is wrong with a claim: ``numbers``, ``names``, ``negation`` or ``words``, with a score."""
        wanted = content_stems(claim) - content_stems(question)
        held = frozenset().union(*(content_stems(sentence) for sentence in evidence))
        missing = round(len(wanted - held) / len(wanted), 4) if wanted else 0.0
        if not numbers(claim) - numbers(question) <= held:
            yield "numbers", 1.0
        elif not _names(claim) <= held | content_stems(question):
            yield "names", 1.0
        elif missing > 1 - self._least:
            yield "words", missing
        elif wanted and _turned_round(claim, evidence):
            yield "negation", 0.7


def _evidence(request: GuardRequest) -> list[str]:
    """The sentences of the cited passages, with title and headings; of all passages where none is cited."""
    cited = {quote.passage for quote in request.quotes}
    passages = [hit.passage for hit in request.hits if not cited or hit.passage.id in cited]
    sentences = [passage.text[start:end] for passage in passages for start, end in sentence_spans(passage.text)]
    return [*sentences, *(" ".join((passage.title, *passage.heading)) for passage in passages)]


def _names(claim: str) -> frozenset[str]:
    """Capitalised words that do not begin the sentence."""
    said = words(claim)
    return frozenset(word.stem for word in said[1:] if word.text[:1].isupper() and word.is_content)


def _negated(text: str) -> bool:
    return any(word.text.lower() in _NEGATIONS or word.stem.endswith("n't") for word in words(text))


def _turned_round(claim: str, evidence: Sequence[str]) -> bool:
    """Whether the sentences that support a claim best all say it with a "not" where the claim has none, or without."""
    supports = [support(claim, sentence) for sentence in evidence]
    best = max(supports, default=0.0)
    nearest = [sentence for sentence, value in zip(evidence, supports, strict=True) if value == best]
    return best >= 0.5 and all(_negated(sentence) != _negated(claim) for sentence in nearest)
