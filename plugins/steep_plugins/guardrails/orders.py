"""What follows of sentences that may be orders to the model, whoever found them: rules, or a network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steep.kinds import Check
from steep_plugins.guardrails.rewriting import settled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from steep.kinds import GuardRequest
    from steep.values import Finding

    Find = Callable[[str], tuple[Finding, ...]]
    Span = tuple[int, int]
    Told = tuple[str, float]

__all__ = ["checked", "dictated"]


def checked(request: GuardRequest, *, in_question: Find, in_passage: Find) -> Check:
    """Passes a text without suspect sentences; of a question, ``rewritten`` has them taken out."""
    if request.stage == "passages":
        findings = tuple(
            replace(found, passage=hit.passage.id) for hit in request.hits for found in in_passage(hit.passage.text)
        )
        return _said(findings, "in the passages", None)
    findings = in_question(request.text)
    return _said(findings, "in the question", settled(request.text, findings, in_question, lambda found: ""))


def dictated(text: str, spans: Sequence[Span], found: Mapping[Span, Told]) -> dict[Span, Told]:
    """The spans that an order with a colon has behind it on its line: what is to be said, and no order by itself."""
    more: dict[Span, Told] = {}
    for (start, end), told in found.items():
        if ":" in text[start:end]:
            line = text.find("\n", end)
            behind = [span for span in spans if end <= span[0] and (line < 0 or span[0] < line)]
            more |= {span: told for span in behind if span not in found}
    return more


def _said(findings: tuple[Finding, ...], where: str, rewritten: str | None) -> Check:
    if not findings:
        return Check(passed=True)
    named = ", ".join(sorted({found.rule for found in findings}))
    many = "1 sentence" if len(findings) == 1 else f"{len(findings)} sentences"
    return Check(
        passed=False,
        reason=f"{many} {where} may be orders to the model ({named})",
        findings=findings,
        rewritten=rewritten,
    )
