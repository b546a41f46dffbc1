"""Wants each sentence of an answer to stand in the passages it cites: words, numbers, names, and the "not".

It compares words, not meanings: a paraphrase in quite other words looks unsupported, and a sentence that turns the
passage's own words round may pass. Words of the question count neither for nor against. A model that was taught to
judge support can do it instead, all but the numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from steep.kinds import Check
from steep.language import content_stems, numbers, numbers_held, sentence_spans, support, word_set, words
from steep.prompts import MARKER
from steep.values import Finding
from steep_plugins.generators.supported import statement
from steep_plugins.guardrails.rewriting import replaced
from steep_plugins.intrinsics.judging import chances

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import GuardRequest, Model
    from steep.values import Passage

__all__ = ["Grounded"]

_NEGATIONS = word_set("no not never none neither nor nothing nobody without cannot")


class Grounded:
    """Passes an answer all of whose sentences are supported; ``rewritten`` has the others taken out.

    A finding's score is the share of the sentence's words that the passages do not hold, or how unlikely support is.
    """

    stages: tuple[str, ...] = ("output",)
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "escalate"

    def __init__(self, *, least: float = 0.6, model: Model | None = None, support: float = 0.5) -> None:
        self._least = least
        self._model = model
        self._support = support

    def check(self, request: GuardRequest) -> Check:
        if request.place != "draft":
            return Check(passed=True)
        if not request.hits:
            return Check(passed=True, reason="no passages were given, so nothing can be compared")
        findings = tuple(
            Finding(rule=rule, start=start, end=end, score=score)
            for (start, end), faults in self._judged(request)
            for rule, score in faults
        )
        if not findings:
            return Check(passed=True)
        rules = ", ".join(sorted({found.rule for found in findings}))
        # JSON of which something was taken out would be none
        rewritten = replaced(request.text, findings, lambda found: "").strip() if request.claims is None else ""
        return Check(
            passed=False,
            reason=f"{len({found.start for found in findings})} sentence(s) do not stand in the passages ({rules})",
            findings=findings,
            rewritten=rewritten or None,
        )

    def _judged(self, request: GuardRequest) -> Iterator[tuple[tuple[int, int], Iterator[tuple[str, float]]]]:
        """Every sentence with what is wrong with it: by the model where it can tell, else by the rules."""
        evidence, spans = _evidence(request), _claimed(request)
        told = [MARKER.sub("", request.text[start:end]) for start, end in spans]
        known: Sequence[float] | None = None
        if self._model is not None and spans:
            fields = [{"statement": statement(claim, request.question)} for claim in told]
            known = chances("support", self._model, _cited_texts(request), fields)
        for number, (span, claim) in enumerate(zip(spans, told, strict=True)):
            if known is None:
                yield span, self._faults(claim, request.question, evidence)
            else:
                yield span, self._doubts(claim, request.question, evidence, known[number])

    def _doubts(self, claim: str, question: str, evidence: Sequence[str], known: float) -> Iterator[tuple[str, float]]:
        """What a model cannot be trusted with, numbers, and what it says of the rest: ``support``."""
        if _made_up(claim, question, evidence):
            yield "numbers", 1.0
        elif known < self._support and content_stems(claim):
            yield "support", round(1 - known, 4)

    def _faults(self, claim: str, question: str, evidence: Sequence[str]) -> Iterator[tuple[str, float]]:
        """What is wrong with a claim: ``numbers``, ``names``, ``negation`` or ``words``, with a score."""
        wanted = _stems(claim) - _stems(question)
        held = frozenset().union(*(_stems(sentence) for sentence in evidence))
        missing = round(len(wanted - held) / len(wanted), 4) if wanted else 0.0
        if _made_up(claim, question, evidence):
            yield "numbers", 1.0
        elif not _names(claim) <= held | _stems(question):
            yield "names", 1.0
        elif missing > 1 - self._least:
            yield "words", missing
        elif wanted and _turned_round(claim, evidence):
            yield "negation", 0.7


def _claimed(request: GuardRequest) -> list[tuple[int, int]]:
    """The sentences of a draft, or of the values of one in JSON."""
    if request.claims is None:
        return sentence_spans(request.text)
    return [
        (first + start, first + end)
        for first, last in request.claims
        for start, end in sentence_spans(request.text[first:last])
    ]


def _cited(request: GuardRequest) -> list[Passage]:
    """The cited passages; all of them where none is cited."""
    cited = {quote.passage for quote in request.quotes}
    return [hit.passage for hit in request.hits if not cited or hit.passage.id in cited]


def _cited_texts(request: GuardRequest) -> list[str]:
    return [passage.indexed_text for passage in _cited(request)]


def _evidence(request: GuardRequest) -> list[str]:
    """The sentences of the cited passages, with title and headings."""
    passages = _cited(request)
    sentences = [passage.text[start:end] for passage in passages for start, end in sentence_spans(passage.text)]
    return [*sentences, *(" ".join((passage.title, *passage.heading)) for passage in passages)]


def _made_up(claim: str, question: str, evidence: Sequence[str]) -> frozenset[str]:
    """The numbers of a claim that neither the question nor the evidence holds, in digits or in words."""
    held = {_plain(number) for text in (question, *evidence) for number in numbers_held(text)}
    return frozenset(number for number in numbers(claim) if _plain(number) not in held)


def _stems(text: str) -> frozenset[str]:
    return frozenset(_plain(each) if each[0].isdigit() else each for each in content_stems(text))


def _plain(number: str) -> str:
    """A number without the noughts behind its point, which JSON leaves out."""
    return number.rstrip("0").rstrip(".") if "." in number else number


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
