"""What follows of sentences that may be orders to the model, whoever found them: rules, or a network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steep.kinds import Check
from steep_plugins.guardrails.rewriting import settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.kinds import GuardRequest
    from steep.values import Finding

    Find = Callable[[str], tuple[Finding, ...]]

__all__ = ["checked"]


def checked(request: GuardRequest, *, in_question: Find, in_passage: Find) -> Check:
    """Passes a text without suspect sentences; of a question, ``rewritten`` has them taken out."""
    if request.stage == "passages":
        findings = tuple(
            replace(found, passage=hit.passage.id) for hit in request.hits for found in in_passage(hit.passage.text)
        )
        return _said(findings, "in the passages", None)
    findings = in_question(request.text)
    return _said(findings, "in the question", settled(request.text, findings, in_question, lambda found: ""))


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
