"""Policies: what follows when a guardrail finds something.

A guardrail detects; ``on_fail`` decides:

    allow     the finding is logged in the verdict, nothing else happens
    rewrite   the text is replaced by the guardrail's rewritten one
    refuse    no answer
    escalate  the answer is withheld, marked as one that a person must check

At the passages stage a finding bars the words it stands on, and the rest of the passages is used: ``refuse`` and
``rewrite`` both mean that there, and the verdict says ``rewrite``. A guardrail that raises, or that should rewrite and
cannot, counts as a refusal: it fails closed, and the verdict names it.

What is checked here is what a flow works with. What a client is shown is checked once more, as it leaves: ``leaving``.
"""

from __future__ import annotations

import logging
import os
import traceback
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from steep.errors import ConfigError
from steep.values import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from steep.kinds import Check, Guardrail, GuardRequest
    from steep.values import Action, Finding, Hit
    from steep.workspace.config import GuardrailsSection
    from steep.workspace.sections import GuardSpec

    Ranges = tuple[tuple[int, int], ...]

__all__ = ["Guard", "Guards", "StageResult", "check_stage", "guards_of", "masked", "refusal_of"]


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A guardrail with its policy."""

    name: str
    part: Guardrail
    on_fail: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """The guards of a profile, by stage, in the order of steep.toml."""

    input: tuple[Guard, ...] = ()
    passages: tuple[Guard, ...] = ()
    output: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """``stopped`` is the verdict that ended the stage; ``barred`` maps passage ids to ranges not to be quoted."""

    text: str
    verdicts: tuple[Verdict, ...] = ()
    stopped: Verdict | None = None
    barred: Mapping[str, Ranges] = field(default_factory=dict)


def guards_of(section: GuardrailsSection, build: Callable[[GuardSpec], Guardrail]) -> Guards:
    """Build a profile's guards; raises ConfigError for a guardrail that does not work at the stage it stands in."""

    def at(stage: str, specs: Iterable[GuardSpec]) -> tuple[Guard, ...]:
        return tuple(_guard(stage, spec, build(spec)) for spec in specs)

    return Guards(
        input=at("input", section.input),
        passages=at("passages", section.passages),
        output=at("output", section.output),
    )


def check_stage(guards: Sequence[Guard], request: GuardRequest) -> StageResult:
    """Run a stage's guards in order, each on what the one before left; the first refusal ends the stage."""
    result = StageResult(text=request.text)
    for guard in guards:
        result = _after(guard, replace(request, text=result.text), result)
        if result.stopped and result.stopped.action == "refuse":
            break
    return result


def refusal_of(verdict: Verdict) -> str:
    """What the one who asked is told of a verdict that stops an answer; an escalated one waits for a person."""
    what = "Withheld until a person has checked it" if verdict.action == "escalate" else "Refused"
    return f"{what}: the guardrail `{verdict.guardrail}` ({verdict.stage}): {verdict.reason}."


def masked(hits: Sequence[Hit], barred: Mapping[str, Ranges]) -> tuple[Hit, ...]:
    """The hits with barred words blanked out, offsets unchanged: no generator ever reads them."""
    return tuple(
        replace(hit, passage=replace(hit.passage, text=_blanked(hit.passage.text, barred[hit.passage.id])))
        if hit.passage.id in barred
        else hit
        for hit in hits
    )


def _guard(stage: str, spec: GuardSpec, part: Guardrail) -> Guard:
    if stage not in part.stages:
        raise ConfigError(
            f"[guardrails] {stage}: the guardrail `{spec.use}` works at {', '.join(part.stages)}; move it there."
        )
    return Guard(name=spec.use, part=part, on_fail=spec.on_fail or part.on_fail)


def _after(guard: Guard, request: GuardRequest, before: StageResult) -> StageResult:
    try:
        check = guard.part.check(request)
    except Exception as error:  # whatever a stranger's guardrail raises: fail closed
        cause = type(error.__cause__ or error).__name__  # what it says may hold words that nobody is to see
        log.warning("the guardrail %s failed (%s), so nothing passes; STEEP_DEBUG=1 shows where", guard.name, cause)
        if os.environ.get("STEEP_DEBUG"):
            traceback.print_exception(error)
        reason = f"the guardrail failed, so nothing passes ({cause})"
        return _stop(before, _verdict(guard, request, "refuse", reason))
    if check.passed or guard.on_fail == "allow":
        return _noted(before, _verdict(guard, request, "allow", check.reason, check.findings))
    if request.stage == "passages" and _located(check):
        return _bar(guard, request, check, before)
    verdict = _verdict(guard, request, guard.on_fail, check.reason, check.findings)
    if guard.on_fail == "rewrite":
        if check.rewritten is None:
            reason = f"{check.reason}; the guardrail cannot take it out, so nothing passes"
            return _stop(before, _verdict(guard, request, "refuse", reason, check.findings))
        return replace(_noted(before, verdict), text=check.rewritten)
    return _stop(before, verdict)


def _bar(guard: Guard, request: GuardRequest, check: Check, before: StageResult) -> StageResult:
    barred = {passage: list(ranges) for passage, ranges in before.barred.items()}
    for finding in check.findings:
        barred.setdefault(finding.passage or "", []).append((finding.start, finding.end))
    action: Action = "escalate" if guard.on_fail == "escalate" else "rewrite"
    verdict = _verdict(guard, request, action, f"not to be quoted: {check.reason}", check.findings)
    after = _stop(before, verdict) if action == "escalate" else _noted(before, verdict)
    return replace(after, barred={passage: tuple(sorted(set(ranges))) for passage, ranges in barred.items()})


def _located(check: Check) -> bool:
    return bool(check.findings) and all(finding.passage for finding in check.findings)


def _verdict(
    guard: Guard, request: GuardRequest, action: Action, reason: str, findings: tuple[Finding, ...] = ()
) -> Verdict:
    return Verdict(guardrail=guard.name, stage=request.stage, action=action, reason=reason, findings=findings)


def _noted(before: StageResult, verdict: Verdict) -> StageResult:
    return replace(before, verdicts=(*before.verdicts, verdict))


def _stop(before: StageResult, verdict: Verdict) -> StageResult:
    return replace(_noted(before, verdict), stopped=verdict)


def _blanked(text: str, ranges: Ranges) -> str:
    for start, end in ranges:
        start, end = max(0, start), min(len(text), end)
        text = text[:start] + " " * max(0, end - start) + text[max(start, end) :]
    return text
